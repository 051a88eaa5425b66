package io.opentelemetry.other;

/** Has the name of one that is known, and holds nothing. */
public final class ServletRequestContext {
  public Object request() {
    return null;
  }
}
