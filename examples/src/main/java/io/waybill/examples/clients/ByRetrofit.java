package io.waybill.examples.clients;

import io.waybill.http.okhttp.WaybillOkHttp;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.Retrofit;
import retrofit2.http.GET;
import retrofit2.http.Url;

/** Retrofit, over OkHttp. */
final class ByRetrofit implements Caller {
  private final OkHttpClient client;
  private final Api api;

  /** What a user of Retrofit writes. */
  interface Api {
    @GET
    Call<ResponseBody> get(@Url String url);
  }

  ByRetrofit(Waybill waybill) {
    client = WaybillOkHttp.install(new OkHttpClient.Builder(), waybill).build();
    api =
        new Retrofit.Builder()
            .baseUrl("http://localhost/")
            .client(client)
            .build()
            .create(Api.class);
  }

  @Override
  public String get(String url) throws IOException {
    try (ResponseBody body = api.get(url).execute().body()) {
      return body == null ? "" : body.string();
    }
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
