package io.waybill.http.jdkserver;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The JDK's server on 127.0.0.1, with a few threads. */
record SmallServer(HttpServer server, HttpContext context, ExecutorService threads)
    implements AutoCloseable {

  /** Starts one of {@code handler} at {@code /}; without a filter if there is no Waybill. */
  static SmallServer start(Waybill waybill, HttpHandler handler) throws IOException {
    return start(HttpServer.create(loopback(0), 0), waybill, handler);
  }

  /** Starts one that wants a certificate of its clients. */
  static SmallServer startTls(int port, SSLContext tls, Waybill waybill, HttpHandler handler)
      throws IOException {
    HttpsServer server = HttpsServer.create(loopback(port), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setNeedClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    return start(server, waybill, handler);
  }

  private static SmallServer start(HttpServer server, Waybill waybill, HttpHandler handler) {
    HttpContext context = server.createContext("/", handler);
    if (waybill != null) {
      context.getFilters().add(WaybillHttpServer.filter(waybill));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    server.setExecutor(threads);
    server.start();
    return new SmallServer(server, context, threads);
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  SmallServer with(Filter filter) {
    context.getFilters().add(filter);
    return this;
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() throws InterruptedException {
    server.stop(0);
    threads.shutdown();
    if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the server's threads still run");
    }
  }
}
