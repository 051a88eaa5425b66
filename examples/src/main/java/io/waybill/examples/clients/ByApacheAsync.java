package io.waybill.examples.clients;

import io.waybill.RequestScope;
import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.sdk.Waybill;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.io.CloseMode;

/** Apache's asynchronous client: its callbacks are still the caller's, on whatever thread. */
final class ByApacheAsync implements Caller {
  private final CloseableHttpAsyncClient client;

  ByApacheAsync(Waybill waybill) {
    client = WaybillApacheHttp.install(HttpAsyncClientBuilder.create(), waybill).build();
    client.start();
  }

  @Override
  public String get(String url) throws Exception {
    CompletableFuture<String> text = new CompletableFuture<>();
    var unused = client.execute(SimpleRequestBuilder.get(url).build(), new Callback(text));
    return text.get();
  }

  private record Callback(CompletableFuture<String> text)
      implements FutureCallback<SimpleHttpResponse> {
    @Override
    public void completed(SimpleHttpResponse answer) {
      String user = RequestScope.current().get(Clients.USER);
      text.complete(answer.getBodyText() + " (for " + user + ")");
    }

    @Override
    public void failed(Exception failure) {
      text.completeExceptionally(failure);
    }

    @Override
    public void cancelled() {
      text.cancel(false);
    }
  }

  @Override
  public void close() {
    client.close(CloseMode.GRACEFUL);
  }
}
