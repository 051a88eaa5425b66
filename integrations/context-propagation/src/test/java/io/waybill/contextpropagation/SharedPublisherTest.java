package io.waybill.contextpropagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One publisher that requests share: Reactor signals all who wait for it in the Context of the one
 * who came first. See RATIONALE: "What does Reactor's hook not cover?"
 */
@Timeout(60)
class SharedPublisherTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private final Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();
  private final CompletableFuture<Integer> source = new CompletableFuture<>();

  /** A way to share, as a name for the report and as itself. */
  private interface Sharing extends Function<Mono<Integer>, Flux<Integer>> {}

  @BeforeEach
  void switchOn() {
    Hooks.enableAutomaticContextPropagation();
  }

  @AfterEach
  void switchOff() {
    Hooks.disableAutomaticContextPropagation();
  }

  static Stream<Named<Sharing>> safe() {
    return Stream.of(
        Named.of("share", mono -> mono.share().flux()),
        Named.of("future", mono -> Mono.fromFuture(mono.toFuture()).flux()),
        Named.of("sink", SharedPublisherTest::throughSink));
  }

  static Stream<Named<Sharing>> unsafe() {
    return Stream.of(
        Named.of("cache", mono -> mono.cache().flux()),
        Named.of("cache(ttl)", mono -> mono.cache(Duration.ofMinutes(1)).flux()),
        Named.of("flux.cache", mono -> mono.flux().cache()),
        Named.of("refCount", mono -> mono.flux().publish().refCount()),
        Named.of("replay", mono -> mono.flux().replay().autoConnect()));
  }

  private static Flux<Integer> throughSink(Mono<Integer> mono) {
    Sinks.Many<Integer> sink = Sinks.many().multicast().onBackpressureBuffer();
    mono.subscribe(sink::tryEmitNext);
    return sink.asFlux();
  }

  @ParameterizedTest
  @MethodSource("safe")
  void shared_safely(Sharing sharing) {
    assertThat(usersSeen(sharing)).containsExactly("u-1", "u-2", "none");
  }

  /** What to write behind each publisher that outlives a request: Reactor's own boundary. */
  @ParameterizedTest
  @MethodSource({"safe", "unsafe"})
  void shared_behindContextWrite(Sharing sharing) {
    assertThat(usersSeen(sharing.andThen(flux -> flux.contextWrite(view -> view))))
        .containsExactly("u-1", "u-2", "none");
  }

  /** Not what we want, but what is: if it fails, Reactor has mended it, and the advice can go. */
  @ParameterizedTest
  @MethodSource("unsafe")
  void shared_withoutContextWrite(Sharing sharing) {
    assertThat(usersSeen(sharing)).containsExactly("u-1", "u-1", "u-1");
  }

  /** Returns the users that the waiting pipelines see: of two requests, and one not captured. */
  private List<String> usersSeen(Function<Mono<Integer>, Flux<Integer>> sharing) {
    Mono<String> pipeline = sharing.apply(Mono.fromFuture(source)).map(n -> userHere()).next();
    List<CompletableFuture<String>> answers =
        List.of(
            subscribeAs("u-1", pipeline.contextCapture()),
            subscribeAs("u-2", pipeline.contextCapture()),
            subscribeAs("u-3", pipeline));
    waybill.request().with(USER, "u-4").run(() -> source.complete(1));
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private CompletableFuture<String> subscribeAs(String user, Mono<String> pipeline) {
    return waybill.request().with(USER, user).call(pipeline::toFuture);
  }

  private static String userHere() {
    RequestScope scope = RequestScope.currentOrNull();
    return scope == null ? "none" : scope.get(USER);
  }
}
