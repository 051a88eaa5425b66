package io.opentelemetry.other;

/** Has the name of one that is known, and fails. */
public final class NettyRequest {
  public Object channel() {
    throw new StackOverflowError();
  }
}
