package io.waybill.http.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.http.testing.RecordingServer;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestTelemetry;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.Cache;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import retrofit2.Retrofit;
import retrofit2.http.GET;

/** What the contract does not know: calls that are cloned, redirects, and what the user has set. */
class WaybillOkHttpTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final List<String> OURS =
      List.of("baggage", "x-user", "authorization", "cookie", "tracestate");

  private final TestTelemetry telemetry = TestTelemetry.create();
  private final RecordingServer foreign =
      RecordingServer.answering(
          exchange -> answer(exchange.getRequestURI().getPath()).to(exchange));
  private final RecordingServer own =
      RecordingServer.answering(
          exchange -> answer(exchange.getRequestURI().getPath()).to(exchange));
  private final Waybill waybill =
      Waybill.builder(telemetry.openTelemetry())
          .carry(USER, rule -> rule.alias("x-user"))
          .leakDetection(LeakDetection.STRICT)
          .destination(own.origin(), TrustZone.OWN)
          .build();

  WaybillOkHttpTest() throws IOException {}

  /** A path says where it leads: {@code /302/foreign/own/end} to the other, and back. */
  private RecordingServer.Answer answer(String path) {
    String[] parts = path.split("/", 4);
    if (parts.length < 4) {
      return RecordingServer.status(200, "fine");
    }
    RecordingServer next = parts[2].equals("own") ? own : foreign;
    boolean goesOn = parts[3].contains("/");
    String rest = goesOn ? "/" + parts[1] + "/" + parts[3] : "/end";
    return RecordingServer.redirect(Integer.parseInt(parts[1]), next.origin() + rest);
  }

  @AfterEach
  void close() {
    own.close();
    foreign.close();
    assertThat(Context.current()).isSameAs(Context.root());
    telemetry.requireEachSpanEndedOnce();
    waybill.requireNoLeaks();
    telemetry.close();
  }

  private OkHttpClient client() {
    return WaybillOkHttp.install(new OkHttpClient.Builder(), waybill).build();
  }

  private <T> T as(String user, Callable<T> task) throws Exception {
    return waybill.request().with(USER, user).call(task::call);
  }

  private static int run(Call call) throws IOException {
    try (Response response = call.execute()) {
      return response.code();
    }
  }

  @Test
  void clone_isTheCallOfWhoMakesIt() throws Exception {
    Call first = as("u-1", () -> client().newCall(new Request.Builder().url(own.origin()).build()));
    as("u-1", () -> run(first));
    Call second = as("u-2", first::clone);

    as("u-3", () -> run(second));

    assertThat(own.seen()).extracting(seen -> seen.line("x-user")).containsExactly("u-1", "u-2");
  }

  /** OpenTelemetry's own keeps a counter there, and stands in front of all others. */
  @Test
  void contextOfAnInterceptorFurtherOut_isSeenFurtherIn() throws Exception {
    ContextKey<String> key = ContextKey.named("theirs");
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  seen.add(Context.current().get(key) + " " + RequestScope.current().get(USER));
                  return chain.proceed(chain.request());
                });
    WaybillOkHttp.install(builder, waybill).interceptors().add(0, new Keeping(key));
    OkHttpClient client = builder.build();

    Call call = as("u-1", () -> client.newCall(new Request.Builder().url(own.origin()).build()));
    as("u-1", () -> run(client.newCall(new Request.Builder().url(own.origin()).build())));
    as("u-2", () -> run(call));

    assertThat(seen).containsExactly("counted u-1", "null u-1");
    assertThat(own.seen()).extracting(one -> one.line("x-user")).containsExactly("u-1", "u-1");
  }

  private record Keeping(ContextKey<String> key) implements Interceptor {
    @Override
    public Response intercept(Chain chain) throws IOException {
      try (Scope ignored = Context.current().with(key, "counted").makeCurrent()) {
        return chain.proceed(chain.request());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirect_toAnotherOriginAndBack_isDecidedAtEachHop(int status) throws Exception {
    Request request =
        new Request.Builder()
            .url(own.origin() + "/" + status + "/foreign/own/end")
            .header("Authorization", "Bearer of-the-user")
            .header("Proxy-Authorization", "Basic of-the-user")
            .header("Cookie", "session=of-the-user")
            .header("tracestate", "vendor=of-the-user")
            .header("baggage", "mine=of-the-user")
            .build();

    as("u-1", () -> run(client().newCall(request)));

    RecordingServer.Seen away = foreign.only();
    for (String name : OURS) {
      assertThat(away.lines(name)).as(name).isEmpty();
    }
    assertThat(away.headers().entrySet().toString()).doesNotContain("of-the-user");
    assertThat(own.seen()).hasSize(2);
    RecordingServer.Seen back = own.seen().get(1);
    assertThat(back.line("baggage")).contains("user.id=u-1");
    assertThat(back.line("x-user")).isEqualTo("u-1");
    assertThat(back.lines("cookie")).isEmpty();
    assertThat(back.lines("authorization")).isEmpty();
    assertThat(own.seen().get(0).line("cookie")).isEqualTo("session=of-the-user");
    assertThat(telemetry.spans(SpanKind.CLIENT))
        .extracting(
            span -> span.getAttributes().get(AttributeKey.longKey("http.request.resend_count")))
        .containsExactly(null, 1L, 2L);
  }

  @Test
  void redirect_withinTheOrigin_keepsWhatTheUserWrote() throws Exception {
    Request request =
        new Request.Builder().url(own.origin() + "/307/own/end").header("Cookie", "a=b").build();

    as("u-1", () -> run(client().newCall(request)));

    assertThat(own.seen())
        .hasSize(2)
        .allSatisfy(
            seen -> {
              assertThat(seen.line("cookie")).isEqualTo("a=b");
              assertThat(seen.line("x-user")).isEqualTo("u-1");
            });
  }

  @Test
  void redirect_toWhereNobodyListens_isShown() throws Exception {
    foreign.close();
    Request request = new Request.Builder().url(own.origin() + "/302/foreign/end").build();

    assertThatThrownBy(() -> as("u-1", () -> run(client().newCall(request))))
        .isInstanceOf(IOException.class);

    List<SpanData> spans = telemetry.spans(SpanKind.CLIENT);
    assertThat(spans).hasSize(2);
    assertThat(spans.get(1).getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("java.net.ConnectException");
  }

  @Test
  void listenerAndDispatcherOfTheUser_areKept() throws Exception {
    List<String> events = new ArrayList<>();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    Dispatcher users = new Dispatcher(threads);
    users.setMaxRequests(3);
    users.setMaxRequestsPerHost(2);
    OkHttpClient client =
        WaybillOkHttp.install(
                new OkHttpClient.Builder()
                    .dispatcher(users)
                    .eventListenerFactory(
                        call ->
                            new EventListener() {
                              @Override
                              public void callStart(Call started) {
                                events.add("start");
                              }

                              @Override
                              public void callEnd(Call ended) {
                                events.add("end");
                              }
                            }),
                waybill)
            .build();

    as("u-1", () -> run(client.newCall(new Request.Builder().url(own.origin()).build())));

    assertThat(events).containsExactly("start", "end");
    assertThat(client.dispatcher().getMaxRequests()).isEqualTo(3);
    assertThat(client.dispatcher().getMaxRequestsPerHost()).isEqualTo(2);
    assertThat(client.dispatcher().executorService().isShutdown()).isFalse();
    client.dispatcher().executorService().shutdown();
    assertThat(threads.isShutdown()).isTrue();
  }

  /** The thread of one call starts the next that waits: that is another user's. */
  @Test
  void callsThatWaitForAThread_areEachTheirOwn() throws Exception {
    Dispatcher one = new Dispatcher();
    one.setMaxRequests(1);
    OkHttpClient client =
        WaybillOkHttp.install(new OkHttpClient.Builder().dispatcher(one), waybill).build();
    Queue<String> callbacks = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String user = "u-" + i;
      CompletableFuture<Boolean> answered = new CompletableFuture<>();
      answers.add(answered);
      Request request = new Request.Builder().url(own.origin() + "/" + user).build();
      as(
          user,
          () -> {
            client.newCall(request).enqueue(new Noting(user, callbacks, answered));
            return null;
          });
    }
    for (CompletableFuture<Boolean> answer : answers) {
      answer.get(30, TimeUnit.SECONDS);
    }

    assertThat(callbacks).hasSize(50).allMatch("right"::equals);
    assertThat(own.seen())
        .hasSize(50)
        .allSatisfy(seen -> assertThat(seen.target()).isEqualTo("/" + seen.line("x-user")));
    ExecutorService threads = client.dispatcher().executorService();
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  /** It is told on the thread that ends another user's call. */
  @Test
  void callThatNoThreadTakes_failsInNoOneElsesRequest() throws Exception {
    CompletableFuture<Boolean> queued = new CompletableFuture<>();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new SynchronousQueue<>());
    Dispatcher one = new Dispatcher(threads);
    one.setMaxRequests(1);
    OkHttpClient client =
        WaybillOkHttp.install(new OkHttpClient.Builder().dispatcher(one), waybill)
            .addInterceptor(
                chain -> {
                  queued.join();
                  return chain.proceed(chain.request());
                })
            .build();
    Queue<String> users = new ConcurrentLinkedQueue<>();
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    Request request = new Request.Builder().url(own.origin()).build();
    for (String user : List.of("u-1", "u-2")) {
      as(
          user,
          () -> {
            client.newCall(request).enqueue(new Seeing(users, told));
            return null;
          });
    }
    queued.complete(true);

    assertThat(told.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(users).containsExactly("u-1", "nobody");
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private record Seeing(Queue<String> users, CompletableFuture<Boolean> failed)
      implements Callback {
    @Override
    public void onResponse(Call call, Response response) {
      response.close();
      users.add(user());
    }

    @Override
    public void onFailure(Call call, IOException failure) {
      users.add(user());
      failed.complete(true);
    }

    private static String user() {
      RequestScope scope = RequestScope.currentOrNull();
      return scope == null ? "nobody" : scope.require(USER);
    }
  }

  private record Noting(String user, Queue<String> callbacks, CompletableFuture<Boolean> answered)
      implements Callback {
    @Override
    public void onResponse(Call call, Response response) {
      response.close();
      note();
    }

    @Override
    public void onFailure(Call call, IOException failure) {
      note();
    }

    private void note() {
      RequestScope scope = RequestScope.currentOrNull();
      callbacks.add(scope != null && user.equals(scope.get(USER)) ? "right" : "wrong");
      answered.complete(true);
    }
  }

  /** The cache stands above us, and sees two users ask for the same. */
  @Test
  void answerThatIsOfOneUser_isNotStored(@TempDir File folder) throws Exception {
    RecordingServer server =
        RecordingServer.answering(
            exchange -> {
              String user = String.valueOf(exchange.getRequestHeaders().getFirst("x-user"));
              exchange.getResponseHeaders().set("Cache-Control", "max-age=600");
              RecordingServer.status(200, user).to(exchange);
            });
    Waybill of =
        Waybill.builder(telemetry.openTelemetry())
            .carry(USER, rule -> rule.alias("x-user"))
            .destination(server.origin(), TrustZone.OWN)
            .build();
    try (server;
        Cache cache = new Cache(folder, 1_000_000)) {
      OkHttpClient client =
          WaybillOkHttp.install(new OkHttpClient.Builder(), of).cache(cache).build();
      Callable<String> get =
          () -> {
            Request request = new Request.Builder().url(server.origin()).build();
            try (Response response = client.newCall(request).execute()) {
              return response.body().string();
            }
          };

      assertThat(of.request().with(USER, "u-1").call(get::call)).isEqualTo("u-1");
      assertThat(of.request().with(USER, "u-2").call(get::call)).isEqualTo("u-2");
      assertThat(get.call()).isEqualTo("null");
      assertThat(get.call()).as("of nobody, and stored").isEqualTo("null");
    }
    assertThat(server.seen()).hasSize(3);
  }

  /** As executors do that take the Context of who gives them a task, which is another's call. */
  @Test
  void taskOfAPropagatingExecutor_beginsInNoRequest() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    Queue<Context> before = new ConcurrentLinkedQueue<>();
    Dispatcher propagating = new Dispatcher(Context.taskWrapping(threads));
    OkHttpClient.Builder builder =
        WaybillOkHttp.install(new OkHttpClient.Builder().dispatcher(propagating), waybill);
    builder
        .interceptors()
        .add(
            0,
            chain -> {
              before.add(Context.current());
              return chain.proceed(chain.request());
            });
    CompletableFuture<Boolean> answered = new CompletableFuture<>();
    Queue<String> callbacks = new ConcurrentLinkedQueue<>();
    Request request = new Request.Builder().url(own.origin()).build();

    as(
        "u-1",
        () -> {
          builder.build().newCall(request).enqueue(new Noting("u-1", callbacks, answered));
          return null;
        });
    answered.get(30, TimeUnit.SECONDS);

    assertThat(callbacks).containsExactly("right");
    assertThat(before).containsExactly(Context.root());
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  /** It takes the client as its factory of calls. */
  @Test
  void retrofit_callsAsWhoAsks() throws Exception {
    Api api =
        new Retrofit.Builder().baseUrl(own.origin()).client(client()).build().create(Api.class);

    as("u-1", () -> api.get().execute().code());
    as("u-2", () -> api.get().execute().code());

    assertThat(own.seen()).extracting(seen -> seen.line("x-user")).containsExactly("u-1", "u-2");
  }

  private interface Api {
    @GET("/orders")
    retrofit2.Call<ResponseBody> get();
  }

  @Test
  void secondWaybillInOneClient_takesNobodysPlace() throws Exception {
    BaggageField<String> tenant = BaggageField.identity("tenant.id", FieldCodec.string());
    Waybill second =
        Waybill.builder(telemetry.openTelemetry())
            .carry(tenant, rule -> rule.alias("x-tenant"))
            .destination(own.origin(), TrustZone.OWN)
            .build();
    OkHttpClient.Builder builder = new OkHttpClient.Builder();
    WaybillOkHttp.install(WaybillOkHttp.install(builder, second), waybill);

    as("u-1", () -> run(builder.build().newCall(new Request.Builder().url(own.origin()).build())));

    assertThat(own.only().line("x-user")).isEqualTo("u-1");
  }

  @Test
  void bodyOfAPost_isSentAsItIs() throws Exception {
    Request request =
        new Request.Builder()
            .url(own.origin() + "/307/own/end")
            .post(RequestBody.create("body", null))
            .build();

    as("u-1", () -> run(client().newCall(request)));

    assertThat(own.seen()).extracting(RecordingServer.Seen::body).containsExactly("body", "body");
  }
}
