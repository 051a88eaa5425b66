package io.waybill.sdk.credential;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.sdk.internal.scope.RequestState;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Outcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a request holds a credential, for a call to one destination; and what of it went out. */
final class Held<T> {
  final Credential<T> credential;
  private final RequestState state;
  private final @Nullable Destination destination;
  private final int cell;
  private @Nullable String sent;

  Held(Credential<T> credential, RequestState state, @Nullable Destination destination) {
    this.credential = credential;
    this.state = state;
    this.destination = destination;
    // Of another Waybill's request, which may not have it: no cell.
    this.cell = state.fields().cellOrNone(credential.field);
  }

  /** Returns the value; null if there is none, or the request has ended. */
  @SuppressWarnings("unchecked") // what is in the cell of a field is of its type
  @Nullable T value() {
    return (T) state.secretOrNull(cell);
  }

  /**
   * Returns the header's value; null if there is none. What is renewed while it is read may be
   * wiped under the reader, who reads again.
   */
  @Nullable String textOrNull() {
    @Nullable T value;
    String text;
    do {
      value = value();
      text = credential.textOrNull(value);
    } while (text == null && value != value());
    return text;
  }

  /** Returns what went out; null if nothing did. */
  @Nullable String sent() {
    return sent;
  }

  /** Remembers what goes out, before anybody else can see this. */
  void sent(String text) {
    sent = text;
  }

  /**
   * Returns the span for what happens to the credential: {@code asked}, while that is under way.
   */
  Span span(Span asked) {
    return asked.isRecording() ? asked : state.span();
  }

  /** Says, where somebody asks for it, what became of this at the call. */
  void explain(DecisionRecorder recorder, Outcome outcome) {
    recorder.explainingIn(state.decisions(), destination).explain(credential.field.name(), outcome);
  }

  boolean hasEnded() {
    return state.isEnded();
  }

  /** Returns the Context of the request, or the root where that has ended. */
  Context context() {
    return hasEnded() ? Context.root() : state.context();
  }

  /**
   * Puts {@code fresh} into the request, in the place of what shares {@code key} only: somebody may
   * have logged in meanwhile.
   */
  void replace(SharedKey key, T fresh) {
    state.replaceSecret(
        cell, now -> Objects.equals(key, credential.keyOrNull(cast(now))) ? fresh : now);
  }

  @SuppressWarnings("unchecked") // as in value
  private @Nullable T cast(@Nullable Object now) {
    return (T) now;
  }
}
