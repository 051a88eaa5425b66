package io.waybill;

import static java.util.Objects.requireNonNull;

/**
 * The typed name of something that stays in this process for one request, and may change while the
 * request runs: parsed cookies, a refreshed access token, a transaction.
 *
 * <p>Hold it in a constant. Two fields are the same field only if they are the same object; the
 * name is for messages. A value is never written to a header, a span or a log.
 *
 * @param <T> the type of the value
 */
@SuppressWarnings("UnusedTypeParameter") // ties what set() takes to what get() returns
public final class LocalField<T> {
  private final String name;
  private final boolean secret;
  // Kept here, for it is looked up by at each read.
  private final int hash;

  private LocalField(String name, boolean secret) {
    if (requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException("name: \"" + name + "\" (expected: a name to show)");
    }
    this.name = name;
    this.secret = secret;
    this.hash = System.identityHashCode(this);
  }

  /** Returns a field whose last value can still be read after the request has ended. */
  public static <T> LocalField<T> named(String name) {
    return new LocalField<>(name, false);
  }

  /**
   * Returns a field that is wiped when the request ends: Waybill drops each reference that it holds
   * to the value, and zeroes it if it is a {@code char[]}, a {@code byte[]} or a {@link
   * javax.security.auth.Destroyable}. Later reads throw. A value that was replaced meanwhile is
   * dropped, not zeroed: a call that it was read for may still be under way.
   */
  public static <T> LocalField<T> secret(String name) {
    return new LocalField<>(name, true);
  }

  /** Returns the name, for messages. */
  public String name() {
    return name;
  }

  /** Returns whether the value is wiped when the request ends. */
  public boolean isSecret() {
    return secret;
  }

  /** Returns the same for the same field always; fields are equal by identity. */
  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns the name and kind; never a value, since a field has none. */
  @Override
  public String toString() {
    return (secret ? "secret " : "local ") + name;
  }
}
