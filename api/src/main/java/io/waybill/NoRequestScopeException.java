package io.waybill;

/** Thrown by {@link RequestScope#current()} where no request is: the message says what to do. */
public final class NoRequestScopeException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  NoRequestScopeException() {
    super(
        "No request is current on this thread. Inside a server, install Waybill's interceptor (gRPC)"
            + " and add it last, outside of this one; or its filter (servlets), in front of this"
            + " one. For work that no request started, open one:"
            + " waybill.request().run(() -> ...). On a thread of your own, carry the request over:"
            + " pool.submit(RequestScope.current().wrap(task)). Where there may be none, call"
            + " RequestScope.currentOrNull().");
  }
}
