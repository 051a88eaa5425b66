package io.waybill.contextpropagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Real pipelines with Reactor's own hook, and nothing else that a user would have to do. */
@Timeout(60)
class ReactorTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private final Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();
  private final ExecutorService threadA =
      Executors.newSingleThreadExecutor(r -> new Thread(r, "a"));
  private final ExecutorService threadB =
      Executors.newSingleThreadExecutor(r -> new Thread(r, "b"));
  private final Scheduler a = Schedulers.fromExecutorService(threadA);
  private final Scheduler b = Schedulers.fromExecutorService(threadB);

  @BeforeEach
  void switchOn() {
    Hooks.enableAutomaticContextPropagation();
  }

  @AfterEach
  void switchOff() {
    Hooks.disableAutomaticContextPropagation();
    a.dispose();
    b.dispose();
  }

  @Test
  void operators_onOtherThreads() {
    Flux<String> pipeline =
        Flux.just(1, 2)
            .map(n -> here("subscribeOn"))
            .subscribeOn(a)
            .publishOn(b)
            .map(seen -> seen + " " + here("publishOn"))
            .flatMap(seen -> Mono.fromCallable(() -> seen + " " + here("flatMap")).subscribeOn(a));

    String expected = "subscribeOn:a:u-1 publishOn:b:u-1 flatMap:a:u-1";
    List<String> seen = as("u-1", () -> pipeline.collectList().block());
    assertThat(seen).containsExactly(expected, expected);
    assertThreadsAtRoot();
  }

  @Test
  void delay_onTimerThread() {
    Mono<String> pipeline = Mono.delay(Duration.ofMillis(1)).map(n -> userHere());

    assertThat(blockAs("u-1", pipeline)).isEqualTo("u-1");
  }

  @Test
  void blockLast_insideRequest() {
    Flux<String> pipeline = Flux.range(0, 3).publishOn(a).map(n -> n + userHere());

    String last = as("u-1", pipeline::blockLast);
    assertThat(last).isEqualTo("2u-1");
  }

  /** The way WebClient and its like look at the subscriber. */
  @Test
  void deferContextual_holdsContext() {
    Mono<String> pipeline =
        Mono.deferContextual(
                view -> {
                  Context context = view.get(OpenTelemetryContextAccessor.KEY);
                  return Mono.just(RequestScope.fromContextOrNull(context).get(USER));
                })
            .subscribeOn(a);

    assertThat(blockAs("u-1", pipeline)).isEqualTo("u-1");
  }

  /** For a server that has a Context in hand, and no thread that it is current on. */
  @Test
  void contextWrite_ofContext() {
    Context context = as("u-1", Context::current);
    Mono<String> pipeline =
        Mono.fromCallable(ReactorTest::userHere)
            .subscribeOn(a)
            .contextWrite(view -> view.put(OpenTelemetryContextAccessor.KEY, context));

    assertThat(pipeline.block()).isEqualTo("u-1");
  }

  /** A child view is written in, since the pipeline runs long after {@code call} is done. */
  @Test
  void childView_coversItsPipelineOnly() {
    Mono<String> child = Mono.defer(() -> asChild(Mono.fromCallable(ReactorTest::userHere)));
    Mono<String> pipeline = child.publishOn(a).map(seen -> seen + " in " + userHere());

    assertThat(blockAs("u-1", pipeline)).isEqualTo("child in u-1");
  }

  @Test
  void pipelines_interleavedOnOneThread() throws Exception {
    int users = 1_000;
    int steps = 5;
    List<String> ran = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch allSubscribed = new CountDownLatch(1);
    threadA.execute(() -> await(allSubscribed));

    List<CompletableFuture<List<String>>> answers =
        users(users).map(user -> as(user, () -> steps(steps, ran).toFuture())).toList();
    allSubscribed.countDown();

    for (int i = 0; i < users; i++) {
      assertThat(answers.get(i).get()).hasSize(steps).containsOnly("u-" + i);
    }
    assertThat(ran).hasSize(users * steps);
    assertThat(ran.subList(0, users)).containsExactlyElementsOf(users(users).toList());
    assertThreadsAtRoot();
  }

  @Test
  void error_isHandledInScope() {
    Mono<String> pipeline =
        Mono.just(1)
            .publishOn(a)
            .<String>map(
                n -> {
                  throw new IllegalStateException(userHere());
                })
            .publishOn(b)
            .onErrorResume(error -> Mono.just(error.getMessage() + " " + here("resumed")));

    assertThat(blockAs("u-1", pipeline)).isEqualTo("u-1 resumed:b:u-1");
    assertThreadsAtRoot();
  }

  @Test
  void error_thatNobodyHandles() {
    Mono<String> pipeline = Mono.<String>error(new IllegalStateException("no")).subscribeOn(a);

    assertThatThrownBy(() -> blockAs("u-1", pipeline)).hasMessage("no");
    assertThreadsAtRoot();
  }

  @Test
  void cancel_fromOutsideOfRequest() throws Exception {
    CompletableFuture<String> cancelled = new CompletableFuture<>();
    CountDownLatch running = new CountDownLatch(1);
    Disposable pipeline =
        as(
            "u-1",
            () ->
                Flux.never()
                    .doOnSubscribe(s -> running.countDown())
                    .doOnCancel(() -> cancelled.complete(userHere()))
                    .subscribeOn(a)
                    .contextCapture()
                    .subscribe());
    running.await();

    pipeline.dispose();

    assertThat(cancelled.get()).isEqualTo("u-1");
    assertThreadsAtRoot();
  }

  @Test
  void pipeline_thatOutlivesItsRequest() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    threadA.execute(() -> await(ended));
    Mono<String> pipeline =
        Mono.fromCallable(() -> userHere() + " ended " + RequestScope.current().isEnded());

    CompletableFuture<String> answer =
        as("u-1", () -> pipeline.subscribeOn(a).contextCapture().toFuture());
    ended.countDown();

    assertThat(answer.get()).isEqualTo("u-1 ended true");
  }

  @Test
  void pipeline_outsideOfRequest() {
    Mono<String> pipeline = Mono.fromCallable(ReactorTest::userHere).subscribeOn(a);

    assertThat(pipeline.block()).isEqualTo("none");
  }

  /** Made inside one request, subscribed in another: the subscriber's counts. */
  @Test
  void pipeline_isTheSubscribers() {
    Mono<String> pipeline =
        as("u-1", () -> Mono.fromCallable(ReactorTest::userHere).subscribeOn(a));

    assertThat(blockAs("u-2", pipeline)).isEqualTo("u-2");
  }

  @Test
  void source_fedByAnotherRequest() {
    CompletableFuture<Integer> future = new CompletableFuture<>();
    Sinks.Many<Integer> sink = Sinks.many().unicast().onBackpressureBuffer();
    List<CompletableFuture<String>> answers =
        List.of(
            subscribeAs("u-1", Mono.fromFuture(future).map(n -> userHere())),
            subscribeAs("u-1", sink.asFlux().map(n -> userHere()).next()),
            subscribeAs("u-1", Flux.create(this::feedAsOther).map(n -> userHere()).next()));

    as("u-2", () -> future.complete(1));
    as("u-2", () -> sink.tryEmitNext(1));

    assertThat(answers).extracting(CompletableFuture::join).containsOnly("u-1");
  }

  /** Absent, and not the identity of whoever completed it. */
  @Test
  void source_subscribedWithoutCapture() {
    CompletableFuture<Integer> future = new CompletableFuture<>();
    CompletableFuture<String> answer =
        as("u-1", () -> Mono.fromFuture(future).map(n -> userHere()).toFuture());

    as("u-2", () -> future.complete(1));

    assertThat(answer.join()).isEqualTo("none");
  }

  /** What happens without the hook: nothing is carried, and nothing of another request is seen. */
  @Test
  void withoutHook_absent() {
    Hooks.disableAutomaticContextPropagation();
    Mono<String> pipeline = Mono.just(1).publishOn(a).map(n -> userHere());

    assertThat(blockAs("u-1", pipeline)).isEqualTo("none");
  }

  private Mono<List<String>> steps(int count, List<String> ran) {
    return Flux.range(0, count)
        .concatMap(n -> Mono.fromCallable(ReactorTest::userHere).doOnNext(ran::add).subscribeOn(a))
        .collectList()
        .contextCapture();
  }

  private Mono<String> asChild(Mono<String> pipeline) {
    Context child = RequestScope.current().with(USER, "child").call(Context::current);
    return pipeline
        .subscribeOn(b)
        .contextWrite(view -> view.put(OpenTelemetryContextAccessor.KEY, child));
  }

  private void feedAsOther(FluxSink<Integer> sink) {
    threadB.execute(() -> waybill.request().with(USER, "u-2").run(() -> sink.next(1)));
  }

  private CompletableFuture<String> subscribeAs(String user, Mono<String> pipeline) {
    return as(user, () -> pipeline.contextCapture().toFuture());
  }

  private String blockAs(String user, Mono<String> pipeline) {
    return as(user, pipeline::block);
  }

  private <V> V as(String user, RequestScope.Task<V, RuntimeException> task) {
    return waybill.request().with(USER, user).call(task);
  }

  private static Stream<String> users(int count) {
    return IntStream.range(0, count).mapToObj(i -> "u-" + i);
  }

  private static String here(String step) {
    return step + ":" + Thread.currentThread().getName() + ":" + userHere();
  }

  private static String userHere() {
    RequestScope scope = RequestScope.currentOrNull();
    return scope == null ? "none" : scope.get(USER);
  }

  /** Asked below the schedulers, which would carry the Context of this thread. */
  private void assertThreadsAtRoot() {
    for (ExecutorService thread : List.of(threadA, threadB)) {
      assertThat(CompletableFuture.supplyAsync(Context::current, thread).join())
          .isSameAs(Context.root());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
