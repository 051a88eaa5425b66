package io.waybill.http.webflux;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** What a WebClient sends by. */
enum Connector {
  JDK {
    @Override
    Open open() {
      ExecutorService threads = Executors.newCachedThreadPool();
      HttpClient client =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
      return new Open(WaybillWebFlux.connector(client), threads::shutdown);
    }
  },
  NETTY {
    @Override
    Open open() {
      ConnectionProvider connections = ConnectionProvider.create("test", 100);
      LoopResources loops = LoopResources.create("test-client", 2, true);
      reactor.netty.http.client.HttpClient client =
          reactor.netty.http.client.HttpClient.create(connections).runOn(loops, false);
      return new Open(
          new ReactorClientHttpConnector(client),
          () -> {
            connections.dispose();
            loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
          });
    }
  };

  abstract Open open();

  /** A connector, with what it holds until the test is over. */
  record Open(ClientHttpConnector connector, Runnable closing) implements AutoCloseable {
    @Override
    public void close() {
      closing.run();
    }
  }
}
