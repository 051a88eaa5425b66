package io.waybill.interop.servers;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Answers with what its own next call took along, made at different moments of a request. */
final class ProbeServlet extends HttpServlet {
  private static final long serialVersionUID = 1;

  private final transient ExecutorService pool = Executors.newFixedThreadPool(4);
  private final transient BlockingQueue<AsyncContext> parked = new LinkedBlockingQueue<>();
  private final transient Outgoing outgoing;

  ProbeServlet(Outgoing outgoing) {
    this.outgoing = outgoing;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean isFirst = request.getDispatcherType() == DispatcherType.REQUEST;
    switch (isFirst ? request.getPathInfo() : "/now") {
      case "/async" -> later(request);
      case "/dispatch" -> {
        AsyncContext context = request.startAsync();
        pool.execute(context::dispatch);
      }
      case "/park" -> parked.add(request.startAsync());
      case "/release" -> {
        parked.remove().dispatch();
        response.getWriter().print("released");
      }
      case "/error" -> response.sendError(500);
      case "/throw" -> throw new IllegalStateException("thrown");
      case "/read" -> request.getInputStream().readAllBytes();
      default -> answer(request, response);
    }
  }

  private void later(HttpServletRequest request) {
    AsyncContext context = request.startAsync();
    pool.execute(
        () -> {
          try {
            answer(request, (HttpServletResponse) context.getResponse());
          } catch (IOException failed) {
            throw new UncheckedIOException(failed);
          } finally {
            context.complete();
          }
        });
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    byte[] seen = outgoing.by(Servers.client(request.getQueryString())).getBytes();
    response.setContentLength(seen.length);
    response.getOutputStream().write(seen);
  }

  @Override
  public void destroy() {
    pool.shutdown();
  }
}
