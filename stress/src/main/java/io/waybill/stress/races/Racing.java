package io.waybill.stress.races;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Peer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of its own for each race, and words for what became of a call in it. */
abstract class Racing {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final LocalField<Integer> COUNT = LocalField.named("count");
  static final LocalField<Integer> OTHER = LocalField.named("other");
  static final LocalField<char[]> TOKEN = LocalField.secret("token");

  /** What a call that returned did. */
  static final String DONE = "done";

  /** What a call did that threw since the request had ended, or was identified otherwise. */
  static final String REFUSED = "refused";

  private static final Peer NOBODY = Peer.unverified(null, null);

  // Without what costs time and races with nothing, so that there are more races in a second.
  private static final Waybill WAYBILL =
      Waybill.builder(OpenTelemetry.noop())
          .carry(USER)
          .keep(COUNT)
          .keep(OTHER)
          .keep(TOKEN)
          .leakDetection(LeakDetection.OFF)
          .spans(SpanMode.NEVER)
          .build();

  final IncomingCall request = request(WAYBILL);
  final RequestScope scope = request.scope();

  /** Returns a request that nobody has sent anything with. */
  static IncomingCall request(Waybill waybill) {
    return waybill.receive("", new NoHeaders(), NOBODY, "race", span -> {});
  }

  int read(LocalField<Integer> field) {
    return number(scope.get(field));
  }

  int increment() {
    return number(scope.update(COUNT, before -> number(before) + 1));
  }

  String user() {
    String user = scope.get(USER);
    return user == null ? "nobody" : user;
  }

  String identify(String user) {
    return attempt(() -> scope.identify(USER, user));
  }

  static String attempt(Runnable call) {
    try {
      call.run();
      return DONE;
    } catch (IllegalStateException refused) {
      return REFUSED;
    }
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  private static final class NoHeaders implements TextMapGetter<String> {
    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(String carrier) {
      return List.of();
    }

    @Override
    public @Nullable String get(@Nullable String carrier, String name) {
      return null;
    }
  }
}
