package io.waybill.sdk;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.policy.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The header lines of a request that has come in, together with whoever will admit them: the
 * propagator that reads them does not know who has sent them. They are copied, since a container
 * uses its request objects again.
 */
final class Arrival {
  private static final ContextKey<@Nullable Arrival> KEY = ContextKey.named("waybill-arrival");
  private static final ContextKey<@Nullable Peer> PEER = ContextKey.named("waybill-peer");

  private final List<Receiver> receivers;
  private final AtomicBoolean isOpened = new AtomicBoolean();
  private final boolean hasBaggage;
  // Empty once they are read.
  private volatile Map<String, List<String>> headers;
  private volatile List<Receiver.Opened> opened = List.of();

  private Arrival(List<Receiver> receivers, Map<String, List<String>> headers) {
    this.receivers = receivers;
    this.headers = headers;
    this.hasBaggage = headers.containsKey(BaggageParser.HEADER);
  }

  /** Copies what {@code receivers} read. */
  static <C> Arrival of(List<Receiver> receivers, C carrier, TextMapGetter<C> getter) {
    CopiedHeaders headers = new CopiedHeaders();
    for (Receiver receiver : receivers) {
      headers.copy(receiver.headers(), carrier, getter);
    }
    return new Arrival(receivers, headers.lines());
  }

  static @Nullable Arrival in(Context context) {
    return context.get(KEY);
  }

  /** Returns {@code context} for a request from {@code peer}, whose object does not know that. */
  static Context from(Context context, Peer peer) {
    return context.with(PEER, peer);
  }

  Context storeIn(Context context) {
    return context.with(KEY, this);
  }

  /** Returns whether it brought baggage that nobody has opened a request for so far. */
  boolean isLeftClosed() {
    return hasBaggage && !isOpened.get();
  }

  <R> Context open(Context extracted, R request, Function<? super R, Peer> peer, String operation) {
    if (!isOpened.compareAndSet(false, true)) {
      return extracted;
    }
    Peer told = extracted.get(PEER);
    Peer sender = sender(told, read(request, peer));
    Context context = told == null ? extracted : extracted.with(PEER, null);
    List<Receiver.Opened> all = new ArrayList<>(receivers.size());
    for (Receiver receiver : receivers) {
      try {
        Receiver.Opened one = receiver.open(context, headers, sender, operation, shows(receiver));
        if (one != null) {
          context = one.context();
          all.add(one);
        }
      } catch (Throwable failed) { // the others have theirs
        Warnings.instrumentedFailed(failed);
      }
    }
    opened = all;
    headers = Map.of();
    return context;
  }

  /** One application shows its request, rather than the operator's policy; of several, none. */
  private boolean shows(Receiver receiver) {
    int last = receivers.size() - 1;
    return receivers.get(last) == receiver
        && (last == 0 || (last == 1 && receivers.get(0) instanceof OwnReceiver));
  }

  /**
   * What was told counts for the connection that it was told of: a Context may come to where
   * another server reads it. A connection has one object for its address.
   */
  private static Peer sender(@Nullable Peer told, Peer read) {
    return told != null && told.remote() == read.remote() ? told : read;
  }

  /** Counts that nobody has opened it. */
  void leftClosed() {
    receivers.forEach(Receiver::leftClosed);
  }

  /** Whoever can't be read is nobody. */
  private static <R> Peer read(R request, Function<? super R, Peer> peer) {
    try {
      return peer.apply(request);
    } catch (Throwable unreadable) {
      return Peer.unverified(null, null);
    }
  }

  void started(Context context) {
    tell(one -> one.started(context));
  }

  void ended() {
    tell(Receiver.Opened::end);
    opened = List.of(); // Contexts outlive requests, and so does this.
  }

  private void tell(Consumer<Receiver.Opened> what) {
    for (Receiver.Opened one : opened) {
      try {
        what.accept(one);
      } catch (Throwable failed) { // the others are told
        Warnings.instrumentedFailed(failed);
      }
    }
  }
}
