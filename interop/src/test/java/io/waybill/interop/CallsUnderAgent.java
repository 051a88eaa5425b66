package io.waybill.interop;

import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Calls from within a request, and what a call allocates on its client's threads, as lines of
 * {@code bytes: CLIENT DESTINATION COUNT}. Knows nothing of Waybill.
 */
final class CallsUnderAgent {
  private static final String CLIENT = "HttpClient-";
  private static final int BATCHES = 20;
  private static final int CALLS = 1000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private CallsUnderAgent() {}

  private interface Call {
    String to(URI uri) throws Exception;
  }

  /** Starts with the ports of the caller, of our own service, and of a third party's. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    ExecutorService threads = Executors.newCachedThreadPool();
    URI own = serve(arguments[1], threads, exchange -> answer(exchange));
    URI third = serve(arguments[2], threads, exchange -> answer(exchange));
    URI caller = serve(arguments[0], threads, exchange -> measure(exchange, own, third));
    HttpRequest request =
        HttpRequest.newBuilder(caller).header("baggage", "user.id=u-1,plan=gold").build();
    System.out.println(
        "answered: " + HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    System.exit(0);
  }

  private static URI serve(String port, ExecutorService threads, HttpHandler handler)
      throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(threads);
    server.createContext("/", handler);
    server.start();
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String line = exchange.getRequestHeaders().getFirst("baggage");
    byte[] text = (line == null ? "nothing" : line).getBytes();
    exchange.sendResponseHeaders(200, text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  private static void measure(HttpExchange exchange, URI own, URI third) throws IOException {
    ExecutorService one =
        Executors.newSingleThreadExecutor(task -> new Thread(task, CLIENT + "executor"));
    HttpClient jdk =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(one).build();
    OkHttpClient okHttp = new OkHttpClient();
    try {
      both("okhttp", uri -> ok(okHttp, uri), own, third);
      both("jdk", uri -> body(jdk, uri), own, third);
    } catch (Exception failed) {
      throw new IOException(failed);
    } finally {
      one.shutdown();
    }
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private static String ok(OkHttpClient client, URI uri) throws IOException {
    Request request = new Request.Builder().url(uri.toString()).build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }

  private static String body(HttpClient client, URI uri) throws Exception {
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }

  private static void both(String client, Call call, URI own, URI third) throws Exception {
    long[] least = {Long.MAX_VALUE, Long.MAX_VALUE};
    for (int batch = 0; batch < BATCHES; batch++) {
      least[0] = Math.min(least[0], bytes(call, own));
      least[1] = Math.min(least[1], bytes(call, third));
    }
    System.out.println("sent: " + client + " own " + call.to(own));
    System.out.println("sent: " + client + " third " + call.to(third));
    System.out.println("bytes: " + client + " own " + least[0]);
    System.out.println("bytes: " + client + " third " + least[1]);
  }

  private static long bytes(Call call, URI uri) throws Exception {
    long before = allocated();
    for (int i = 0; i < CALLS; i++) {
      call.to(uri);
    }
    return (allocated() - before) / CALLS;
  }

  /** Of this thread, and of those of the JDK's client. */
  private static long allocated() {
    long[] ids = THREADS.getAllThreadIds();
    long sum = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    for (var thread : THREADS.getThreadInfo(ids)) {
      if (thread != null && thread.getThreadName().startsWith(CLIENT)) {
        sum += THREADS.getThreadAllocatedBytes(thread.getThreadId());
      }
    }
    return sum;
  }
}
