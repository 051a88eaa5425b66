package io.waybill.sdk.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How a field is seen in telemetry: on spans, log records and lines. */
public enum Shown {
  /** As it is. */
  PLAIN,
  /**
   * As the first 16 hex digits of its SHA-256, the same in every service: enough to find what
   * belongs together. Whoever can guess a value can tell that it is this one.
   */
  HASHED,
  /** Not at all. */
  HIDDEN;

  private static final int OCTETS = 8;

  /** Returns what is shown of {@code text}, or null for nothing. */
  public @Nullable String of(String text) {
    return switch (this) {
      case PLAIN -> text;
      case HASHED -> hash(text);
      case HIDDEN -> null;
    };
  }

  private static @Nullable String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, OCTETS);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      return null;
    }
  }
}
