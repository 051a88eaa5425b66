package io.waybill.http.okhttp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Takes one web socket, sends a text, two bytes and a close, and waits for the answer to that. */
final class GreetingServer implements AutoCloseable {
  private static final String KEY = "sec-websocket-key: ";
  private static final byte[] FRAMES = {
    (byte) 0x81,
    2,
    'h',
    'i', // text
    (byte) 0x82,
    2,
    1,
    2, // binary
    (byte) 0x88,
    2,
    3,
    (byte) 0xe8 // close, 1000
  };

  private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final Queue<String> head = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::serve);

  GreetingServer() throws IOException {
    thread.start();
  }

  String origin() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** Returns the lines of the handshake that begin with {@code name}, in lower case. */
  List<String> lines(String name) {
    return head.stream().filter(line -> line.startsWith(name)).toList();
  }

  private void serve() {
    try (Socket socket = listening.accept()) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      String key = "";
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        String lower = line.toLowerCase(Locale.ROOT);
        head.add(lower);
        key = lower.startsWith(KEY) ? line.substring(KEY.length()) : key;
      }
      OutputStream out = socket.getOutputStream();
      out.write(switching(key).getBytes(StandardCharsets.ISO_8859_1));
      out.write(FRAMES);
      out.flush();
      while (in.read() >= 0) {
        // Until the client closes.
      }
    } catch (SocketException closed) {
      // By the test, or by the client.
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String switching(String key) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: "
        + accepted(key)
        + "\r\n\r\n";
  }

  /** As RFC 6455 §4.2.2 has it. */
  private static String accepted(String key) {
    try {
      String text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException(never);
    }
  }

  @Override
  public void close() throws Exception {
    listening.close();
    thread.join();
  }
}
