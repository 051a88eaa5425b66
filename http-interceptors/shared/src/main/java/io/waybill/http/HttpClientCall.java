package io.waybill.http;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Authorization;
import org.jspecify.annotations.Nullable;

/**
 * One call of the user's, for the adapter of a client: who made it, and what all its {@link
 * HttpAttempt}s share. Redirects and retries are attempts of the same call; a call that is sent
 * anew, as by {@code clone()}, is another.
 *
 * <p><b>Threading.</b> Safe from any thread; one attempt at a time.
 */
public final class HttpClientCall {
  private final Waybill waybill;
  private final Context caller;
  private final @Nullable Authorization authorization;

  private HttpClientCall(Waybill waybill, Context caller) {
    this.waybill = waybill;
    this.caller = caller;
    this.authorization = waybill.authorization(caller);
  }

  /** Returns a call that is made in {@code caller}, the Context of the user's code. */
  public static HttpClientCall of(Waybill waybill, Context caller) {
    return new HttpClientCall(waybill, requireNonNull(caller, "caller"));
  }

  /** Returns the Context for the user's callbacks: the caller's, whatever they leave open in it. */
  public Context callbacks() {
    return RequestScope.restoring(caller);
  }

  /**
   * Decides what goes along with a request on its way to one server.
   *
   * @param target the server that is really asked
   * @param resends how many requests of this call were sent before
   */
  public HttpAttempt attempt(String method, HttpTarget target, int resends) {
    return new HttpAttempt(this, method, target, resends);
  }

  Waybill waybill() {
    return waybill;
  }

  Context caller() {
    return caller;
  }

  @Nullable Authorization authorization() {
    return authorization;
  }
}
