package io.waybill.sdk.internal.wire;

import java.security.SecureRandom;

/**
 * Hashes of names that a stranger chooses, by a factor that only this process knows: whoever wants
 * names that share one has to guess it. {@link String#hashCode} has 31, and names made for that.
 */
final class NameHash {
  // Odd, or chars would be lost; 5 behind a multiple of 8 has the longest period.
  private static final int FACTOR = (new SecureRandom().nextInt() & -8) | 5;
  private static final int GOLDEN = 0x9E3779B9;

  private NameHash() {}

  /** Returns {@code hash}, which is 0 of no char, with {@code c} behind it. */
  static int with(int hash, int c) {
    return hash * FACTOR + c;
  }

  /** Returns 16 bits of {@code hash}, all of which depend on each of its bits but a few. */
  static char spread(int hash) {
    return (char) (((hash ^ (hash >>> 15)) * GOLDEN) >>> 16);
  }

  /** Returns the 16 bits of {@code name}. */
  static char of(String name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = with(hash, Grammar.at(name, i));
    }
    return spread(hash);
  }
}
