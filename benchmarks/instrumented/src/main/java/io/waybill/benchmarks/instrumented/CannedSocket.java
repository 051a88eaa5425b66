package io.waybill.benchmarks.instrumented;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** A connection in memory that answers whatever is sent with one and the same response. */
final class CannedSocket extends Socket {
  private static final byte[] RESPONSE =
      "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nthree"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_REQUEST = 8192;

  private final byte[] request = new byte[MOST_REQUEST];
  private int written;
  private int toRead;
  private boolean closed;

  private final InputStream in =
      new InputStream() {
        @Override
        public int read() {
          return toRead == 0 ? -1 : RESPONSE[RESPONSE.length - toRead--];
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
          if (toRead == 0) {
            return -1;
          }
          int read = Math.min(length, toRead);
          System.arraycopy(RESPONSE, RESPONSE.length - toRead, bytes, offset, read);
          toRead -= read;
          return read;
        }
      };

  private final OutputStream out =
      new OutputStream() {
        @Override
        public void write(int b) {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
          if (toRead == 0) {
            // The first bytes of the next request.
            toRead = RESPONSE.length;
            written = 0;
          }
          System.arraycopy(bytes, offset, request, written, length);
          written += length;
        }
      };

  /** Returns the request that was sent last. */
  String lastRequest() {
    return new String(request, 0, written, StandardCharsets.US_ASCII);
  }

  @Override
  public void connect(SocketAddress address, int timeout) {
    // Nobody is there to connect to.
  }

  @Override
  public void connect(SocketAddress address) {
    connect(address, 0);
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public void setSoTimeout(int timeout) {}

  @Override
  public int getSoTimeout() {
    return 0;
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // one thread has it
  public void close() {
    closed = true;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }
}
