package io.waybill.sdk.credential;

import static java.util.Objects.requireNonNull;

import io.waybill.BaggageField;
import io.waybill.LocalField;
import io.waybill.sdk.internal.policy.DestinationPattern;
import io.waybill.sdk.internal.wire.AliasText;
import io.waybill.sdk.policy.Destination;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A credential that a request holds, where calls made in it are to have it, and how it is renewed
 * when a server rejects it.
 *
 * <pre>{@code
 * static final LocalField<Session> SESSION = LocalField.secret("session");
 *
 * Waybill.builder(openTelemetry)
 *     .keep(SESSION)
 *     .credential(
 *         Credential.bearer(SESSION, Session::access)
 *             .to("https://api.shop.internal", "grpcs://*.shop.internal:8443")
 *             .renew(oauth::refresh)
 *             .sharedBy(Session::refresh)
 *             .renewed(sessions::replace))
 * }</pre>
 *
 * <p>Without {@link #renew} it is attached, and nothing else. A call that has the header already,
 * since the application wrote it, is left alone.
 *
 * <p><b>Threading.</b> Each method returns a new one. The functions are called on any thread.
 *
 * @param <T> the type of the field's value, such as a pair of access and refresh token
 */
public final class Credential<T> {
  private static final Set<String> RESERVED =
      Set.of("baggage", "traceparent", "tracestate", "host", "content-length", "connection");

  static final Duration LONGEST = Duration.ofDays(100 * 365); // more overflows in nanoseconds
  static final int MOST_TIMEOUTS = 3; // what takes that many times as long is interrupted

  final String header;
  final LocalField<T> field;
  final Function<? super T, @Nullable String> value;
  // Set once, by the method that makes the copy.
  List<DestinationPattern> destinations = List.of();
  boolean plaintext;
  @Nullable Renewal<T> renewal;
  @Nullable Function<? super T, String> shared;
  BiConsumer<? super T, ? super T> renewed = (old, fresh) -> {};
  Predicate<Rejection> rejected = Rejection::isOfToken;
  @Nullable Function<? super T, @Nullable Instant> expiry;
  Duration margin = Duration.ofSeconds(30);
  Duration timeout = Duration.ofSeconds(10);
  Duration grace = Duration.ofSeconds(30);
  int replayLimit = 65_536;

  private Credential(
      String header, LocalField<T> field, Function<? super T, @Nullable String> value) {
    this.header = header;
    this.field = field;
    this.value = value;
  }

  private Credential(Credential<T> of) {
    this(of.header, of.field, of.value);
    this.destinations = of.destinations;
    this.plaintext = of.plaintext;
    this.renewal = of.renewal;
    this.shared = of.shared;
    this.renewed = of.renewed;
    this.rejected = of.rejected;
    this.expiry = of.expiry;
    this.margin = of.margin;
    this.timeout = of.timeout;
    this.grace = of.grace;
    this.replayLimit = of.replayLimit;
  }

  /**
   * Returns the credential that goes out as {@code authorization: Bearer} and what {@code token}
   * reads of the field's value (RFC 6750 §2.1).
   *
   * @param field a secret one, which set-up keeps
   * @param token returns null where the value has none: the call goes out without
   * @throws IllegalArgumentException if the field is not secret
   */
  public static <T> Credential<T> bearer(
      LocalField<T> field, Function<? super T, @Nullable String> token) {
    requireNonNull(token, "token");
    return header("authorization", field, held -> bearer(token.apply(held)));
  }

  private static @Nullable String bearer(@Nullable String token) {
    return token == null ? null : "Bearer " + token;
  }

  /**
   * Returns the credential that goes out as the header {@code name}: an API key, say.
   *
   * @param field a secret one, which set-up keeps
   * @param value returns null where the field's value has none
   * @throws IllegalArgumentException if the field is not secret, or the name is none of a header
   */
  public static <T> Credential<T> header(
      String name, LocalField<T> field, Function<? super T, @Nullable String> value) {
    if (!BaggageField.isName(requireNonNull(name, "name"))
        || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "name: \"" + name + "\" (expected: the name of a header that is the credential's own)");
    }
    if (!requireNonNull(field, "field").isSecret()) {
      throw new IllegalArgumentException(
          "field: " + field + " (expected: LocalField.secret(\"" + field.name() + "\"))");
    }
    return new Credential<>(name.toLowerCase(Locale.ROOT), field, requireNonNull(value, "value"));
  }

  /**
   * Returns this, attached to calls to {@code destinations} too: {@code https://api.shop.internal},
   * {@code grpcs://*.shop.internal:8443}. Patterns are as in {@code WaybillBuilder.destination};
   * what none names gets nothing, decided again at each redirect. A gRPC channel is {@code grpcs}
   * where its {@code Destination} says so, and plaintext else.
   *
   * @throws IllegalArgumentException if one is no pattern
   */
  public Credential<T> to(String... destinations) {
    List<DestinationPattern> all = new ArrayList<>(this.destinations);
    for (String destination : destinations) {
      all.add(DestinationPattern.parse(destination));
    }
    Credential<T> next = new Credential<>(this);
    next.destinations = List.copyOf(all);
    return next;
  }

  /** Returns this, with leave to go to {@code http} and {@code grpc} destinations as well. */
  public Credential<T> plaintext() {
    Credential<T> next = new Credential<>(this);
    next.plaintext = true;
    return next;
  }

  /** Returns this, renewed so when a server has rejected what the request holds. */
  public Credential<T> renew(Renewal<T> renewal) {
    Credential<T> next = new Credential<>(this);
    next.renewal = requireNonNull(renewal, "renewal");
    return next;
  }

  /**
   * Returns this, renewed once for all requests whose values have the same text of this: the
   * refresh token. Without it that is what goes out.
   */
  public Credential<T> sharedBy(Function<? super T, String> shared) {
    Credential<T> next = new Credential<>(this);
    next.shared = requireNonNull(shared, "shared");
    return next;
  }

  /**
   * Returns this, with a hook that gets the old and the fresh value once a renewal is done: to
   * store it, or to set a cookie. It runs once, in the request that asked while that is open, and
   * else in none; callers wait for it. What it throws is counted.
   */
  public Credential<T> renewed(BiConsumer<? super T, ? super T> renewed) {
    Credential<T> next = new Credential<>(this);
    next.renewed = requireNonNull(renewed, "renewed");
    return next;
  }

  /**
   * Returns this, with another answer to which rejections renew; {@link Rejection#isOfToken} else.
   * It is asked of every answer that is no success and no redirect that is followed. Of several
   * credentials that went with a call, the first of set-up that can be renewed is asked.
   */
  public Credential<T> rejectedBy(Predicate<Rejection> rejected) {
    Credential<T> next = new Credential<>(this);
    next.rejected = requireNonNull(rejected, "rejected");
    return next;
  }

  /**
   * Returns this, also renewed before it expires: from {@code margin} on, less up to half of it by
   * chance, in the background, while calls still have what is held. What has expired is waited for.
   *
   * @param expiry by the clock of this machine; null where the value does not say
   * @throws IllegalArgumentException if the margin is negative
   */
  public Credential<T> expires(Function<? super T, @Nullable Instant> expiry, Duration margin) {
    Credential<T> next = new Credential<>(this);
    next.expiry = requireNonNull(expiry, "expiry");
    next.margin = checked("margin", margin);
    return next;
  }

  /**
   * Returns this, with another time for which calls wait for a renewal, hook included, than 10
   * seconds. One that is late is still used, since its token may have been used up; after three
   * times as long it is interrupted. Until it has ended there is no other of that token.
   */
  public Credential<T> timeout(Duration timeout) {
    Credential<T> next = new Credential<>(this);
    next.timeout = checked("timeout", timeout);
    return next;
  }

  /**
   * Returns this, with another time than 30 seconds for which a renewal answers a request that
   * still comes with the old value. It must be longer than such a request takes: else the old
   * refresh token is used again, for which servers revoke the session (RFC 9700 §4.14.2).
   */
  public Credential<T> grace(Duration grace) {
    Credential<T> next = new Credential<>(this);
    next.grace = checked("grace", grace);
    return next;
  }

  /**
   * Returns this, with another limit than 65,536 bytes for bodies that are kept while they are
   * sent, to be sent again. A call with a longer one is answered with its rejection; the token is
   * renewed all the same, for the next one.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Credential<T> replayLimit(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("replayLimit: " + bytes + " (expected: 0 or more)");
    }
    Credential<T> next = new Credential<>(this);
    next.replayLimit = bytes;
    return next;
  }

  /** Returns the field that holds it. */
  public LocalField<T> field() {
    return field;
  }

  /**
   * Checks, for set-up, that this goes somewhere, and not where anybody can read it.
   *
   * @throws IllegalArgumentException if not
   */
  public void requireDestinations() {
    if (destinations.isEmpty()) {
      throw new IllegalArgumentException(
          "credential: " + field + " names no destination (expected: to(\"https://...\"))");
    }
    for (DestinationPattern destination : destinations) {
      if (destination.isPlaintext() && !plaintext) {
        throw new IllegalArgumentException(
            "credential: "
                + field
                + " to "
                + destination
                + " (expected: https or grpcs, or plaintext() where nobody else can read it)");
      }
    }
  }

  /** Returns whether calls to {@code destination} are to have this. */
  boolean isFor(Destination destination) {
    for (int i = 0; i < destinations.size(); i++) { // an iterator would be allocated
      if (destinations.get(i).matches(destination)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the header's value; null if there is none, or what is read can't be in a header. */
  @Nullable String textOrNull(@Nullable T held) {
    try {
      String text = held == null ? null : value.apply(held);
      return text != null && AliasText.isPrintable(text) ? text : null;
    } catch (Throwable usersFunctionFailed) {
      return null;
    }
  }

  /**
   * Returns what stands for all values that are renewed with {@code held}; null if nothing does.
   */
  @Nullable SharedKey keyOrNull(@Nullable T held) {
    try {
      if (held == null) {
        return null;
      }
      String text = shared == null ? value.apply(held) : shared.apply(held);
      return text == null ? null : SharedKey.of(field, text);
    } catch (Throwable usersFunctionFailed) {
      return null;
    }
  }

  /**
   * Returns whether calls to {@code destination} have this, and it is renewed before it expires.
   */
  boolean expires(Destination destination) {
    return expiry != null && renewal != null && isFor(destination);
  }

  /** Returns how long {@code held} is good for; null if nobody knows. */
  @Nullable Duration leftOrNull(T held, Instant now) {
    try {
      Instant end = expiry == null ? null : expiry.apply(held);
      return end == null ? null : Duration.between(now, end);
    } catch (Throwable usersFunctionFailed) {
      return null;
    }
  }

  /** Returns from when on {@code held} is renewed: the same for all who hold it. */
  Duration margin(T held) {
    String text = textOrNull(held);
    int chance = (text == null ? 0 : text.hashCode()) & 0xFF;
    return margin.minus(margin.multipliedBy(chance).dividedBy(2 * 0xFF));
  }

  boolean isRejected(Rejection rejection) {
    try {
      return renewal != null && rejected.test(rejection);
    } catch (Throwable usersFunctionFailed) {
      return false;
    }
  }

  T renewed(T held) throws Exception {
    return requireNonNull(requireNonNull(renewal).renew(held), "renewal");
  }

  private static Duration checked(String name, Duration duration) {
    if (requireNonNull(duration, name).isNegative()) {
      throw new IllegalArgumentException(name + ": " + duration + " (expected: 0 or more)");
    }
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }
}
