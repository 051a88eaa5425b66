package io.waybill.spring.client;

import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.ConnectionProvider;

/**
 * Reactor Netty's threads and connections, for all applications of these tests. An application that
 * has its own waits for two seconds as it closes; without that quiet period, now and then for ever.
 */
final class NettyOfTests extends ReactorResourceFactory {
  static final NettyOfTests SHARED = new NettyOfTests();

  /** With one connection to each server: the next call waits until that is free. */
  static final NettyOfTests ONE_CONNECTION = new NettyOfTests();

  static {
    ONE_CONNECTION.setUseGlobalResources(false);
    ONE_CONNECTION.setConnectionProviderSupplier(() -> ConnectionProvider.create("one", 1));
  }

  private NettyOfTests() {}

  @Override
  public void stop() {}

  @Override
  public void destroy() {}
}
