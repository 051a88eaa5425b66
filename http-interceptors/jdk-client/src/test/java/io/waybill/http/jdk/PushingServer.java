package io.waybill.http.jdk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Just enough of HTTP/2 (RFC 7540) to push: answers one request on one connection with {@code
 * answer}, and pushes {@code pushed} with it. The JDK has no server for it.
 */
final class PushingServer implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PUSH_PROMISE = 5;
  private static final int LAST = 1;
  private static final int END_HEADERS = 4;
  // HPACK, static table: `:method: GET`, `:scheme: http`, `:path: /`, `:status: 200`.
  private static final byte[] REQUEST = {(byte) 0x82, (byte) 0x86, (byte) 0x84};
  private static final byte[] OK = {(byte) 0x88};
  private static final int AUTHORITY = 0x41;

  private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final Thread thread = new Thread(this::serve);

  PushingServer() throws IOException {
    thread.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
  }

  private void serve() {
    try (Socket connection = socket.accept()) {
      InputStream in = connection.getInputStream();
      OutputStream out = connection.getOutputStream();
      readUntil(in, "\r\n\r\n");
      out.write(
          "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      out.write(frame(SETTINGS, 0, 0));
      readUntil(in, "SM\r\n\r\n");
      out.write(frame(SETTINGS, LAST, 0));
      out.write(frame(PUSH_PROMISE, END_HEADERS, 1, promise()));
      out.write(frame(HEADERS, END_HEADERS, 2, OK));
      out.write(frame(DATA, LAST, 2, "pushed".getBytes(StandardCharsets.US_ASCII)));
      out.write(frame(HEADERS, END_HEADERS, 1, OK));
      out.write(frame(DATA, LAST, 1, "answer".getBytes(StandardCharsets.US_ASCII)));
      out.flush();
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private byte[] promise() {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    byte[] authority = uri().getAuthority().getBytes(StandardCharsets.US_ASCII);
    payload.writeBytes(new byte[] {0, 0, 0, 2});
    payload.writeBytes(REQUEST);
    payload.write(AUTHORITY);
    payload.write(authority.length);
    payload.writeBytes(authority);
    return payload.toByteArray();
  }

  private static byte[] frame(int type, int flags, int stream, byte... payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags});
    frame.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  private static void readUntil(InputStream in, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(end) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed by the client");
      }
      read.append((char) next);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
