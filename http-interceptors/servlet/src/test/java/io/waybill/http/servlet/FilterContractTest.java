package io.waybill.http.servlet;

import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerInterceptorContract;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The filter keeps the contract of servers, in each container. */
@ParameterizedClass
@MethodSource("io.waybill.http.servlet.Container#all")
class FilterContractTest extends ServerInterceptorContract {

  private final Container container;

  FilterContractTest(Container container) {
    this.container = container;
  }

  @Override
  protected Server start(Waybill waybill, Service service) throws Exception {
    RunningContainer server = container.create();
    if (waybill != null) {
      server.addFilter(WaybillFilter.of(waybill), EnumSet.allOf(DispatcherType.class));
    }
    server.addServlet(new ContractServlet(service), "/contract");
    int port = server.start();
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    URI uri = URI.create("http://127.0.0.1:" + port + "/app/contract");
    return new Server() {
      @Override
      public CompletableFuture<Reply> call(Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        headers.forEach(request::header);
        CompletableFuture<HttpResponse<String>> answer =
            client.sendAsync(request.build(), BodyHandlers.ofString());
        return cancelling(answer, answer.thenApply(FilterContractTest::reply));
      }

      @Override
      public void close() throws Exception {
        server.close();
      }
    };
  }

  /** A container learns of a client that is gone when it writes to it. */
  @Override
  protected boolean seesCancel() {
    return false;
  }

  private static final class ContractServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Service service;

    ContractServlet(Service service) {
      this.service = service;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      serve(service, request, response);
    }
  }

  private static void serve(
      Service service, HttpServletRequest request, HttpServletResponse response) {
    service.called("service"); // The only one where the answer is there before it is looked at.
    CompletableFuture<String> answer = service.serve().toCompletableFuture();
    if (answer.isDone()) {
      var unused = answer.whenComplete((text, failure) -> answer(response, text, failure));
      return;
    }
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    async.addListener(new Reporting(service::called));
    var unused =
        answer.whenComplete(
            (text, failure) -> {
              answer(response, text, failure);
              async.complete();
            });
  }

  private static void answer(HttpServletResponse response, String text, Throwable failure) {
    try {
      if (failure == null) {
        response.getWriter().print(text);
      } else {
        response.setStatus(500);
      }
    } catch (IOException clientIsGone) {
      // There is nobody left to answer.
    }
  }

  private static Reply reply(HttpResponse<String> response) {
    Map<String, String> headers = new HashMap<>();
    response.headers().map().forEach((name, lines) -> headers.put(name, lines.get(0)));
    // The page of an error is the container's, and shows the stack.
    String text = response.statusCode() == 200 ? response.body() : "";
    return new Reply(Integer.toString(response.statusCode()), text, headers);
  }

  private record Reporting(Consumer<String> callback) implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      callback.accept("onComplete");
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      callback.accept("onTimeout");
    }

    @Override
    public void onError(AsyncEvent event) {
      callback.accept("onError");
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      callback.accept("onStartAsync");
    }
  }
}
