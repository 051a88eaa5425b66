package io.waybill.sdk;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Peer;
import java.net.SocketAddress;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A Waybill as it announces itself to a propagator of ours in another class loader, the Java
 * agent's: as a carrier, which propagators pass on untouched. See {@link Application}, its other
 * end. Nothing but JDK types crosses.
 */
final class Announcement implements BiFunction<String, @Nullable Object[], @Nullable Object> {
  /** The key of the carrier; the number changes with anything that follows. */
  static final String PROTOCOL = "io.waybill.application/1";

  /** Which headers are read: a set of names in lower case, or null for all. */
  static final String HEADERS = "headers";

  /**
   * Opens a request: headers, verified names, remote and listening address, operation, whether it
   * shows in Baggage, and a task that keeps the current Context. Returns a consumer of what
   * follows.
   */
  static final String RECEIVE = "receive";

  /** Writes what is released: scheme, host, port, and a consumer of header and value. */
  static final String RELEASE = "release";

  /** Counts a request with baggage that no instrumentation has had opened. */
  static final String LEFT_CLOSED = "left closed";

  /** The SERVER span of the request is there, and current. */
  static final String STARTED = "started";

  /** The request is over. */
  static final String ENDED = "ended";

  private final Borders borders;

  private Announcement(Borders borders) {
    this.borders = borders;
  }

  /**
   * Announces a Waybill to the global OpenTelemetry, if there is one.
   *
   * @param borders its borders
   * @return what that holds weakly, and the Waybill has to keep
   */
  static @Nullable Announcement of(Borders borders) {
    if (!GlobalOpenTelemetry.isSet()) {
      return null;
    }
    Announcement announcement = new Announcement(borders);
    try {
      GlobalOpenTelemetry.getPropagators()
          .getTextMapPropagator()
          .inject(
              Context.root(),
              new SimpleImmutableEntry<>(PROTOCOL, announcement),
              (carrier, name, value) -> {});
    } catch (Throwable notOfOurs) {
      return null; // A propagator of the user's fails on what is no carrier of his.
    }
    return announcement;
  }

  @Override
  @SuppressWarnings("unchecked") // as Application asks
  public @Nullable Object apply(String what, @Nullable Object[] of) {
    return switch (what) {
      case HEADERS -> borders.headers();
      case RECEIVE ->
          receive(
              (Map<String, List<String>>) of[0],
              Peer.verified((Set<String>) of[1], (SocketAddress) of[2], (SocketAddress) of[3]),
              (String) of[4],
              (Boolean) of[5],
              (Runnable) of[6]);
      case RELEASE -> {
        release(
            new Destination((String) of[0], (String) of[1], (Integer) of[2]),
            (BiConsumer<String, String>) of[3]);
        yield null;
      }
      case LEFT_CLOSED -> {
        borders.leftClosed();
        yield null;
      }
      default -> null;
    };
  }

  private Consumer<String> receive(
      Map<String, List<String>> headers,
      Peer peer,
      String operation,
      boolean shows,
      Runnable keep) {
    Context extracted = Context.current();
    Context skipped = borders.skipped(operation, extracted);
    if (skipped != null) {
      keepIn(skipped, keep);
      return ignored -> {};
    }
    IncomingCall call = borders.receive(extracted, headers, peer, operation, shows);
    keepIn(call.context(), keep);
    return followed -> follow(call, followed);
  }

  private static void keepIn(Context opened, Runnable keep) {
    try (Scope ignored = opened.makeCurrent()) {
      keep.run();
    }
  }

  private static void follow(IncomingCall call, String what) {
    if (what.equals(STARTED)) {
      call.showOn(Span.current());
    } else if (what.equals(ENDED)) {
      call.end();
    }
  }

  private void release(Destination destination, BiConsumer<String, String> write) {
    borders.release(
        Context.current(), destination, write, (to, name, value) -> to.accept(name, value));
  }
}
