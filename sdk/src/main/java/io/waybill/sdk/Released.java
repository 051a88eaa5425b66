package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.waybill.sdk.policy.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes along one route: the entries for the header, and the Baggage that interceptors below
 * ours see. A view keeps the last one, so that its next call there finds the header ready.
 */
final class Released {
  private final Route route;
  // The request's state when this was made; null outside of a request.
  private final @Nullable Object @Nullable [] madeOf;
  private final List<Entry> entries;
  private final Baggage baggage;
  private final int withheld;
  private final int invalid;
  // Written by whoever comes first, always with the same text.
  private @Nullable String header;

  Released(
      Route route,
      @Nullable Object @Nullable [] madeOf,
      List<Entry> entries,
      Baggage baggage,
      int withheld,
      int invalid) {
    this.route = route;
    this.madeOf = madeOf;
    this.entries = entries;
    this.baggage = baggage;
    this.withheld = withheld;
    this.invalid = invalid;
  }

  /** Returns whether this is what goes along {@code other} still. */
  boolean isFor(Route other, @Nullable Object[] state) {
    return route == other && madeOf == state;
  }

  List<Entry> entries() {
    return entries;
  }

  Baggage baggage() {
    return baggage;
  }

  /** Returns how many entries were not released. */
  int withheld() {
    return withheld;
  }

  /** Returns how many entries have a name that can't be written. */
  int invalid() {
    return invalid;
  }

  /** Returns the header with all entries, if it is ready and has room in {@code maxBytes}. */
  @Nullable String header(int maxBytes) {
    String ready = header;
    return ready != null && ready.length() <= maxBytes ? ready : null;
  }

  /** Sets the header that has all entries. */
  Released ready(@Nullable String whole) {
    header = whole;
    return this;
  }
}
