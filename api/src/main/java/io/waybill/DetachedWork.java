package io.waybill;

/**
 * Work that outlives the request which started it: it keeps what it was given, and is not part of
 * the request any more.
 *
 * <pre>{@code
 * pool.submit(RequestScope.current().detach(USER, TENANT).grant(TOKEN).wrap(this::sendReceipt));
 * }</pre>
 *
 * <p>In its scope are the request id and the fields named in {@link RequestScope#detach}, with the
 * values of that moment, the trace, and the local fields that were granted. Each run has a scope
 * that ends with it: it can be identified and set like a request's, and nothing else sees that.
 */
public abstract class DetachedWork extends ScopedWork {
  /** For {@code io.waybill.sdk}; user code has no reason to extend this class. */
  protected DetachedWork() {}

  /**
   * Returns this work with the values that the request has for {@code fields} now, of those that it
   * has. A {@code char[]} or {@code byte[]} of a secret is copied, for each run too, since the end
   * of the request wipes its own; a copy lives as long as this work or a task that it wrapped is
   * held.
   *
   * @throws IllegalArgumentException if a field was not declared, or a secret is {@link
   *     javax.security.auth.Destroyable} and would be destroyed by the request: set a new one
   *     inside
   * @throws IllegalStateException if a field is a secret and the request has ended
   */
  public abstract DetachedWork grant(LocalField<?>... fields);
}
