package io.waybill.sdk.credential;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.internal.scope.RequestState;
import io.waybill.sdk.internal.scope.ScopeView;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of one call of the user's, for the adapter of a client: over its redirects, and
 * the one time that it may be repeated. {@link #attach} them to each attempt, and ask {@link
 * #rejected} of each answer.
 *
 * <p><b>Threading.</b> One attempt at a time; safe from any thread in between.
 */
public final class Authorization {
  private final Credentials credentials;
  private final RequestState state;
  private volatile boolean repeated;
  // Of the last attempt: what went out, and may be renewed.
  private volatile @Nullable Held<?> sent;

  private Authorization(Credentials credentials, RequestState state) {
    this.credentials = credentials;
    this.state = state;
  }

  /** Returns that of a call made in {@code caller}; null if there is nothing to attach. */
  public static @Nullable Authorization of(Credentials credentials, Context caller) {
    ScopeView view = credentials.all().isEmpty() ? null : ScopeView.storedIn(caller);
    return view == null ? null : new Authorization(credentials, view.state());
  }

  /** Returns whether anything may be attached to calls to {@code destination}. */
  public boolean isFor(@Nullable Destination destination) {
    List<Credential<?>> all = credentials.all();
    for (int i = 0; destination != null && i < all.size(); i++) { // an iterator would be allocated
      if (all.get(i).isFor(destination)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether any of them is renewed before it expires, and {@link #due} is to be asked. */
  public boolean expires() {
    return credentials.expire();
  }

  /**
   * Renews what expires soon, before an attempt that goes to {@code destination}.
   *
   * @param isWritten whether the application has written that header itself, which is left alone
   * @param patience how long the caller waits; null for as long as a renewal may take
   * @param asked the span of the attempt, or the Context's where that has none
   * @return null where the attempt can go out now; else what is to be waited for, whatever comes of
   *     it: what the request holds has expired
   */
  public @Nullable CompletableFuture<Boolean> due(
      @Nullable Destination destination,
      Predicate<String> isWritten,
      @Nullable Duration patience,
      Span asked) {
    CompletableFuture<Boolean> due = null;
    for (Credential<?> credential : credentials.all()) {
      if (due == null
          && destination != null
          && credential.expires(destination)
          && !isWritten.test(credential.header)) {
        due = due(new Held<>(credential, state, destination), asked);
      }
    }
    return due == null || patience == null ? due : credentials.flights().within(patience, due);
  }

  private <T> @Nullable CompletableFuture<Boolean> due(Held<T> held, Span asked) {
    T value = held.value();
    Duration left = value == null ? null : held.credential.leftOrNull(value, credentials.now());
    if (value == null || left == null || left.compareTo(held.credential.margin(value)) > 0) {
      return null;
    }
    String text = held.credential.textOrNull(value);
    SharedKey key = held.credential.keyOrNull(value);
    if (text == null || key == null || credentials.flights().isNew(key, text)) {
      return null;
    }
    CompletableFuture<Boolean> renewed = renew(held, value, text, key, asked);
    return left.isNegative() || left.isZero() ? renewed : null;
  }

  /**
   * Attaches what an attempt that goes to {@code destination} is to have, as the request holds it
   * now. Of several with one header, the first of set-up that the request holds goes out.
   *
   * @param destination null, like one that no credential names, gets nothing
   * @param carrier where headers are set
   * @param isWritten whether the application has written that header itself, which is left alone
   */
  public <C> void attach(
      @Nullable Destination destination,
      C carrier,
      BiPredicate<C, String> isWritten,
      TextMapSetter<C> setter) {
    List<Credential<?>> all = credentials.all();
    Held<?> first = null;
    Set<String> taken = all.size() == 1 ? Set.of() : new HashSet<>();
    for (int i = 0; i < all.size(); i++) {
      Held<?> next = new Held<>(all.get(i), state, destination);
      String header = next.credential.header;
      if (!taken.contains(header) && attach(next, destination, carrier, isWritten, setter)) {
        first = first == null && next.credential.renewal != null ? next : first;
        if (i + 1 < all.size()) {
          taken.add(header);
        }
      }
    }
    sent = first;
  }

  private <C> boolean attach(
      Held<?> held,
      @Nullable Destination destination,
      C carrier,
      BiPredicate<C, String> isWritten,
      TextMapSetter<C> setter) {
    Credential<?> credential = held.credential;
    boolean isNamed = destination != null && credential.isFor(destination);
    String text = held.textOrNull();
    if (isNamed && text != null && !isWritten.test(carrier, credential.header)) {
      held.sent(text);
      setter.set(carrier, credential.header, text);
      credentials.telemetry().tell(held, Outcome.ATTACHED);
      return true;
    }
    if (isNamed && held.hasEnded()) {
      credentials.telemetry().withheld(held, Outcome.AFTER_END);
    } else if (text == null) {
      credentials.telemetry().absent(held);
    } else {
      credentials.telemetry().withheld(held, isNamed ? Outcome.OVERRIDDEN : Outcome.WITHHELD);
    }
    return false;
  }

  /**
   * Returns how many bytes of a body are to be kept while this attempt sends it; -1 if it will not
   * be sent again, whatever the answer.
   */
  public int replayLimit() {
    Held<?> last = sent;
    return last == null || repeated ? -1 : last.credential.replayLimit;
  }

  /**
   * Tells how the last attempt was answered. A rejection of what the request holds renews it, and
   * one of an older value does not.
   *
   * @param canRepeat whether the adapter could send the call again: its body is kept, or there is
   *     none
   * @param patience how long the caller waits; null for as long as a renewal may take
   * @param asked the span of the attempt, or the Context's where that has none
   * @return null where the answer is the caller's; else whether the call is to be sent again
   */
  public @Nullable CompletableFuture<Boolean> rejected(
      Rejection rejection, boolean canRepeat, @Nullable Duration patience, Span asked) {
    Held<?> last = sent;
    if (last == null || !last.credential.isRejected(rejection)) {
      return null;
    }
    CompletableFuture<Boolean> again = repeated ? null : renewRejected(last, asked);
    if (!canRepeat) {
      credentials.telemetry().tell(last, Outcome.NOT_REPEATABLE);
      return null;
    }
    repeated = true;
    return again == null || patience == null
        ? again
        : credentials.flights().within(patience, again);
  }

  private <T> @Nullable CompletableFuture<Boolean> renewRejected(Held<T> held, Span asked) {
    while (true) {
      T value = held.value();
      String text = held.credential.textOrNull(value);
      SharedKey key = held.credential.keyOrNull(value);
      if (value != null && text != null && key != null) {
        CompletableFuture<Boolean> again =
            text.equals(held.sent())
                ? renew(held, value, text, key, asked)
                : CompletableFuture.completedFuture(true);
        if (again != null) {
          return again;
        }
      }
      if (value == held.value()) {
        return null; // No room, logged out, or the request has ended. Else it was renewed under us.
      }
    }
  }

  private <T> @Nullable CompletableFuture<Boolean> renew(
      Held<T> held, T value, String text, SharedKey key, Span asked) {
    Flight<T> flight = credentials.flights().join(held, value, text, key, asked);
    return flight == null ? null : flight.then(landed -> adopt(held, landed, key, text));
  }

  /** Returns whether the request holds something else than what was rejected. */
  private static <T> boolean adopt(Held<T> held, Flight<T> landed, SharedKey key, String rejected) {
    T fresh = landed.fresh();
    if (fresh != null) {
      held.replace(key, fresh);
    }
    String text = held.textOrNull();
    return text != null && !text.equals(rejected);
  }
}
