package io.waybill.sdk.policy;

import java.util.Locale;

/** What became of something at a border: why it did not pass, or was not used; or how it did. */
public enum Outcome {
  /** In: it is part of the request. */
  ADMITTED,
  /** In: admitted under the field's own name, where an older one was received. */
  RENAMED,
  /** In: the peer may not assert it, so another field has it as an attribute. */
  DEMOTED,
  /** Out: it was sent. */
  RELEASED,
  /** In: the peer may not assert it. */
  UNTRUSTED,
  /** In: not a list-member by the grammar. */
  INVALID,
  /** In: beyond the limits of members or bytes. */
  OVER_LIMIT,
  /** In: an identity that came in more than once, with different values; or who sent it did. */
  DISPUTED,
  /** The codec of its field refuses the text; or a server, to renew a credential. */
  REFUSED,
  /** In: a request whose instrumentation has not said who sent it, so that nobody is believed. */
  UNOPENED,
  /** Out: not released to this destination. */
  WITHHELD,
  /** Out: no room for it in the header. */
  OVER_BUDGET,
  /** Plain OpenTelemetry code put something under the name of an identity field. */
  SHADOWED,
  /** A hook of the user threw. */
  HOOK_FAILED,
  /** Out: a call was made after the end of its request. */
  AFTER_END,
  /** Out: the request holds no such credential, or it can't be in a header. */
  ABSENT,
  /** Out: the application has written the header of a credential itself. */
  OVERRIDDEN,
  /** Out: a credential went with the call. */
  ATTACHED,
  /** A credential was renewed. */
  RENEWED,
  /** A call waited for a renewal that another had asked for, or used what came of it. */
  JOINED,
  /** A credential could not be renewed this time. */
  FAILED,
  /** A call was rejected, and could not be sent again. */
  NOT_REPEATABLE;

  /** Returns the name in telemetry: {@code over_limit}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
