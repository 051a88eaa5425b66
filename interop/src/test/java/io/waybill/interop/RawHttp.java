package io.waybill.interop;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;

/** One connection, on which whatever is written goes out as it stands. */
final class RawHttp implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  static RawHttp to(int port) throws IOException {
    return new RawHttp(new Socket("127.0.0.1", port));
  }

  static RawHttp to(int port, SSLContext tls) throws IOException {
    return new RawHttp(tls.getSocketFactory().createSocket("127.0.0.1", port));
  }

  /** Returns the text of a request without a body. */
  static String get(String path, String... headers) {
    String lines = lines(headers);
    String host = lines.contains("\nHost: ") ? "" : "Host: 127.0.0.1\r\n";
    return "GET " + path + " HTTP/1.1\r\n" + host + lines + "\r\n";
  }

  static String lines(String... headers) {
    StringBuilder lines = new StringBuilder();
    for (String header : headers) {
      lines.append(header).append("\r\n");
    }
    return lines.toString();
  }

  /** Sends a request and returns the body of its answer. */
  String call(String request) throws IOException {
    send(request);
    return answer();
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Returns the body of the next answer. */
  String answer() throws IOException {
    int length = 0;
    boolean isChunked = false;
    for (String line = line(); !line.isEmpty(); line = line()) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(15).trim());
      }
      isChunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
    }
    return isChunked ? chunks() : body(length);
  }

  private String chunks() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int size = chunk(); size > 0; size = chunk()) {
      all.append(body(size));
      line();
    }
    line();
    return all.toString();
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line().trim(), 16);
  }

  private String body(int length) throws IOException {
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int read = in.read(); read != '\n'; read = in.read()) {
      if (read < 0) {
        throw new IOException("the connection ended after \"" + line + "\"");
      }
      if (read != '\r') {
        line.append((char) read);
      }
    }
    return line.toString();
  }

  /** Ends the connection without saying so, as a client that is killed. */
  void abort() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
