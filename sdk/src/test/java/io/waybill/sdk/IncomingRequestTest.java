package io.waybill.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hook may read of a request, and until when. */
class IncomingRequestTest {
  private final List<IncomingRequest> kept = new ArrayList<>();
  private final List<String> read = new ArrayList<>();
  private final Fixture fixture = new Fixture();

  private IncomingRequest receive(boolean hookThrows) {
    Waybill waybill =
        fixture
            .service(fixture.telemetry())
            .onRequest(
                (incoming, scope) -> {
                  kept.add(incoming);
                  read.add(incoming.header("cookie"));
                  read.addAll(incoming.headers("cookie"));
                  if (hookThrows) {
                    throw new NoClassDefFoundError("hook");
                  }
                })
            .build();
    Fixture.receive(waybill, "cookie: a=1", "cookie: b=2").end();
    return kept.get(0);
  }

  @Test
  void inTheHook_linesInOrder() {
    IncomingRequest incoming = receive(false);

    assertThat(read).containsExactly("a=1", "a=1", "b=2");
    assertThat(incoming.peer()).isSameAs(Fixture.PEER);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterTheHook_throws(boolean hookThrew) {
    IncomingRequest incoming = receive(hookThrew);

    String expected =
        "header cookie: the onRequest hook has returned (expected: read inside of it)";
    assertThatIllegalStateException()
        .isThrownBy(() -> incoming.header("cookie"))
        .withMessage(expected);
    assertThatIllegalStateException()
        .isThrownBy(() -> incoming.headers("cookie"))
        .withMessage(expected);
    assertThat(Reached.from(List.of(incoming))).doesNotContain("a=1");
  }

  /** What was read may be another request's by then. */
  @Test
  void whileTheHookReturns_throws() {
    Returning carrier = new Returning();
    carrier.incoming = IncomingRequest.of(carrier, carrier, Fixture.PEER);

    assertThatIllegalStateException().isThrownBy(() -> carrier.incoming.header("cookie"));
  }

  /** A carrier whose request is over when it has told its first header. */
  private static final class Returning implements TextMapGetter<Returning> {
    private IncomingRequest incoming;

    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(Returning carrier) {
      return List.of("cookie");
    }

    @Override
    public String get(Returning carrier, String name) {
      incoming.close();
      return "of another user";
    }
  }
}
