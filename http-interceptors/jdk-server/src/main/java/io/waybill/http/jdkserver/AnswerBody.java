package io.waybill.http.jdkserver;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The body of an answer, which is complete when it is closed. */
final class AnswerBody extends FilterOutputStream {
  private final Runnable complete;

  AnswerBody(OutputStream body, Runnable complete) {
    super(body);
    this.complete = complete;
  }

  /** At once: the stream that this extends writes byte by byte. */
  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } finally {
      complete.run();
    }
  }
}
