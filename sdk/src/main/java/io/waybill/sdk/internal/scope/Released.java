package io.waybill.sdk.internal.scope;

import io.waybill.sdk.internal.policy.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one route releases. A view keeps the last one, so that its next call there finds the header
 * ready.
 */
public final class Released {
  private final Route route;
  // The request's version when this was made; null outside of a request.
  private final @Nullable Object madeOf;
  private final List<BaggageValue> values;
  private final int withheld;
  private final int invalid;
  // Written by whoever comes first, always with the same text.
  private @Nullable String header;

  /**
   * Creates what {@code route} releases.
   *
   * @param madeOf the request's version, as {@link RequestState#version}; null outside of a request
   * @param withheld how many values were not released
   * @param invalid how many have a name that can't be written
   */
  public Released(
      Route route, @Nullable Object madeOf, List<BaggageValue> values, int withheld, int invalid) {
    this.route = route;
    this.madeOf = madeOf;
    this.values = values;
    this.withheld = withheld;
    this.invalid = invalid;
  }

  /** Returns whether {@code other} still releases this. */
  public boolean isFor(Route other, Object version) {
    return route == other && madeOf == version;
  }

  /** Returns what is released, the most important first. */
  public List<BaggageValue> values() {
    return values;
  }

  /** Returns whether a value of this name is released. */
  public boolean has(String name) {
    return values.stream().anyMatch(value -> value.name.equals(name));
  }

  /** Returns how many values were not released. */
  public int withheld() {
    return withheld;
  }

  /** Returns how many values have a name that can't be written. */
  public int invalid() {
    return invalid;
  }

  /** Returns the header with all values, if it is ready and has room in {@code maxBytes}. */
  public @Nullable String header(int maxBytes) {
    String ready = header;
    return ready != null && ready.length() <= maxBytes ? ready : null;
  }

  /** Sets the header that has all values. */
  public void ready(@Nullable String whole) {
    header = whole;
  }
}
