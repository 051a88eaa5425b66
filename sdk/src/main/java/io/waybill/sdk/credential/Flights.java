package io.waybill.sdk.credential;

import io.opentelemetry.api.trace.Span;
import io.waybill.sdk.policy.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The renewals of one Waybill: one for each credential that is shared, whoever asks, and its
 * outcome for a time.
 */
final class Flights implements Flight.Table {
  private static final int MOST = 10_000;

  private final CredentialTelemetry telemetry;
  private final Workers workers = new Workers();
  // Monotonic: a clock that is set must neither end a grace period nor make it longer.
  private final LongSupplier nanos;
  private final Map<SharedKey, Flight<?>> byKey = new ConcurrentHashMap<>();
  // By what the new values are shared.
  private final Map<SharedKey, Flight<?>> byFreshKey = new ConcurrentHashMap<>();

  Flights(CredentialTelemetry telemetry, LongSupplier nanos) {
    this.telemetry = telemetry;
    this.nanos = nanos;
  }

  @Override
  public Workers workers() {
    return workers;
  }

  @Override
  public CredentialTelemetry telemetry() {
    return telemetry;
  }

  @Override
  public long now() {
    return nanos.getAsLong();
  }

  /**
   * Returns the renewal of {@code value}, which runs already, has answered a moment ago, or starts
   * now; null if too many are known, or the request does not hold {@code value} any more. Whoever
   * gets one has entered it.
   *
   * @param asker who asks, whose request the hook runs in if this starts it
   * @param text the header that was rejected
   * @param asked the span of the call that asks
   */
  <T> @Nullable Flight<T> join(Held<T> asker, T value, String text, SharedKey key, Span asked) {
    while (true) {
      Flight<?> there = byKey.get(key);
      if (there != null && there.answers(text, nanos.getAsLong()) && there.enter()) {
        telemetry.tell(asker, Outcome.JOINED);
        return cast(there);
      }
      if (there == null && byKey.size() >= MOST && !evict()) {
        return null;
      }
      Flight<T> mine = new Flight<>(this, asker, value, key, asked, there);
      if (put(mine, there)) {
        mine.start();
        return mine;
      }
      boolean wanted = mine.isWanted();
      mine.letGoOfOld();
      if (!wanted) {
        return null;
      }
    }
  }

  /**
   * Puts {@code mine} in the place of {@code before}, if its request has not got a new value since
   * it looked: then a flight of that token has come and gone meanwhile. Both are looked at as one,
   * since a flight gives its request the new value first and leaves the table then.
   */
  private boolean put(Flight<?> mine, @Nullable Flight<?> before) {
    Flight<?> now =
        byKey.compute(mine.key, (key, there) -> there == before && mine.isWanted() ? mine : there);
    if (now == mine && before != null) {
      forget(before);
    }
    return now == mine;
  }

  @SuppressWarnings("unchecked") // a key is of one field, and so of one type
  private static <T> Flight<T> cast(Flight<?> there) {
    return (Flight<T>) there;
  }

  /**
   * Removes one that is over: a refusal first, which holds no value, or else the one that would go
   * first. Returns false if none is over.
   */
  private boolean evict() {
    Flight<?> over = null;
    for (Flight<?> flight : byKey.values()) {
      if (flight.isDone()) {
        over = over == null || flight.isOlderThan(over) ? flight : over;
        if (flight.isRefused()) {
          over = flight;
          break;
        }
      }
    }
    if (over != null) {
      remove(over); // Or somebody else did: there is room.
    }
    return over != null;
  }

  private void remove(Flight<?> flight) {
    if (byKey.remove(flight.key, flight)) {
      forget(flight);
    }
  }

  private void forget(Flight<?> flight) {
    SharedKey freshKey = flight.freshKey();
    if (freshKey != null) {
      byFreshKey.remove(freshKey, flight);
    }
    flight.leave();
  }

  @Override
  public void forgetAfter(Duration time, Flight<?> flight) {
    var unused = workers.after(time, () -> remove(flight));
  }

  @Override
  public void born(Flight<?> flight) {
    SharedKey freshKey = flight.freshKey();
    if (freshKey != null) {
      byFreshKey.put(freshKey, flight);
    }
  }

  /**
   * Returns whether the value with that header is from a renewal of a moment ago, by the monotonic
   * clock: if it seems to expire, then a clock is wrong.
   */
  boolean isNew(SharedKey key, String text) {
    Flight<?> flight = byFreshKey.get(key);
    return flight != null && flight.hasBrought(text);
  }

  /** Lets {@code again} be false once {@code patience} is over; nobody else's is. */
  CompletableFuture<Boolean> within(Duration patience, CompletableFuture<Boolean> again) {
    if (again.isDone()) {
      return again;
    }
    try {
      Runnable giveUp = () -> again.complete(false);
      Future<?> watch = workers.after(patience, () -> workers.callers().execute(giveUp));
      var unused = again.whenComplete((repeats, failure) -> watch.cancel(false));
    } catch (Throwable noThread) {
      again.complete(false);
    }
    return again;
  }
}
