package io.waybill.spring.client;

import org.springframework.http.client.ReactorResourceFactory;

/**
 * Reactor Netty's threads and connections, for all applications of these tests. An application that
 * has its own waits for two seconds as it closes; without that quiet period, now and then for ever.
 */
final class NettyOfTests extends ReactorResourceFactory {
  static final NettyOfTests SHARED = new NettyOfTests();

  private NettyOfTests() {}

  @Override
  public void stop() {}

  @Override
  public void destroy() {}
}
