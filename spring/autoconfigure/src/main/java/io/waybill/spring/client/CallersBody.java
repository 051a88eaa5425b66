package io.waybill.spring.client;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.StreamingHttpOutputMessage.Body;

/**
 * A body of the application's, which is written in the application's Context on whatever thread.
 * One that can be written once is kept meanwhile, as far as a limit.
 *
 * <p><b>Threading.</b> Written on one thread and asked {@link #again} on another.
 */
final class CallersBody implements Body {
  private final Body users;
  private final Context callbacks;
  private final int limit;
  private volatile byte @Nullable [] copy;

  /**
   * Wraps {@code users}.
   *
   * @param limit how many bytes are kept; -1 for no copy at all
   */
  CallersBody(Body users, Context callbacks, int limit) {
    this.users = users;
    this.callbacks = callbacks;
    this.limit = limit;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (Scope ignored = callbacks.makeCurrent()) {
      if (limit < 0 || users.repeatable()) {
        users.writeTo(out);
      } else {
        copy = null;
        Keeping keeping = new Keeping(out, limit);
        users.writeTo(keeping);
        copy = keeping.whole();
      }
    }
  }

  @Override
  public boolean repeatable() {
    return users.repeatable();
  }

  /** Returns what writes the same once more; null if nothing does. */
  @Nullable Body again() {
    if (users.repeatable()) {
      return users;
    }
    byte[] kept = copy;
    return kept == null ? null : new Kept(kept);
  }

  private static final class Kept implements Body {
    private final byte[] bytes;

    Kept(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(bytes);
    }

    @Override
    public boolean repeatable() {
      return true;
    }
  }

  private static final class Keeping extends FilterOutputStream {
    private final int limit;
    private @Nullable ByteArrayOutputStream kept = new ByteArrayOutputStream();

    Keeping(OutputStream out, int limit) {
      super(out);
      this.limit = limit;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      if (kept != null && kept.size() + length <= limit) {
        kept.write(bytes, offset, length);
      } else {
        kept = null;
      }
    }

    byte @Nullable [] whole() {
      return kept == null ? null : kept.toByteArray();
    }
  }
}
