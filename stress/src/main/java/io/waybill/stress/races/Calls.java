package io.waybill.stress.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A header that is ready for the next call is not older than the request. */
public final class Calls {
  private static final String RECEIVED = "request.id=r";
  private static final Waybill WAYBILL =
      Waybill.builder(OpenTelemetry.noop())
          .carry(Racing.USER)
          .peers(peer -> TrustZone.OWN)
          .destination("http://own.internal", TrustZone.OWN)
          .leakDetection(LeakDetection.OFF)
          .spans(SpanMode.NEVER)
          .build();
  private static final Destination OWN =
      Objects.requireNonNull(Destination.of(URI.create("http://own.internal")));

  private Calls() {}

  /** The request is identified during a call: the next call says so. */
  @JCStressTest
  @Outcome(id = "done, nobody, a", expect = ACCEPTABLE, desc = "the call was first")
  @Outcome(id = "done, a, a", expect = ACCEPTABLE, desc = "identify was first")
  @State
  public static class IdentifyAgainstSend {
    private final IncomingCall request =
        WAYBILL.receive(RECEIVED, new Header(), Peer.unverified(null, null), "race", span -> {});

    @Actor
    public void identify(LLL_Result r) {
      r.r1 = Racing.attempt(() -> request.scope().identify(Racing.USER, "a"));
    }

    @Actor
    public void send(LLL_Result r) {
      r.r2 = userSent();
    }

    @Arbiter
    public void sendAgain(LLL_Result r) {
      r.r3 = userSent();
    }

    private String userSent() {
      StringBuilder header = new StringBuilder();
      OutgoingCall call = WAYBILL.send(request.context(), OWN);
      call.inject(header, (to, name, value) -> to.append(value), List.of(), 8192);
      call.end();
      return header.indexOf("user.id=a") < 0 ? "nobody" : "a";
    }
  }

  private static final class Header implements TextMapGetter<String> {
    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(String carrier) {
      return List.of("baggage");
    }

    @Override
    public @Nullable String get(@Nullable String carrier, String name) {
      return name.equals("baggage") ? carrier : null;
    }
  }
}
