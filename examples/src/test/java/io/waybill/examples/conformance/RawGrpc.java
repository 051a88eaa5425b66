package io.waybill.examples.conformance;

import io.waybill.examples.conformance.proto.Message;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gRPC call by hand: a client library would not let a control character out. */
final class RawGrpc {
  private static final int PATIENCE_MILLIS = 30_000;

  // RFC 9113 §6.
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int STREAM = 1;

  private final DataInputStream in;
  private final DataOutputStream out;

  private RawGrpc(Socket socket) throws IOException {
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = new DataOutputStream(socket.getOutputStream());
  }

  /** Returns the answer's text, or null if the call had none; {@code headers} are latin-1. */
  static @Nullable String unary(String hostAndPort, List<String[]> headers) throws IOException {
    int port = Integer.parseInt(hostAndPort.substring(hostAndPort.indexOf(':') + 1));
    try (Socket socket = new Socket(Loopback.HOST, port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      RawGrpc call = new RawGrpc(socket);
      call.send(headers);
      byte[] body = call.receive();
      return body.length < 5
          ? null
          : Message.parser().parseFrom(body, 5, body.length - 5).getText();
    }
  }

  private void send(List<String[]> headers) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    literal(block, ":method", "POST");
    literal(block, ":scheme", "http");
    literal(block, ":path", "/waybill.conformance.Echo/Unary");
    literal(block, ":authority", "localhost");
    literal(block, "content-type", "application/grpc");
    literal(block, "te", "trailers");
    for (String[] header : headers) {
      literal(block, header[0], header[1]);
    }
    out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    frame(SETTINGS, 0, 0, new byte[0]);
    frame(HEADERS, END_HEADERS, STREAM, block.toByteArray());
    frame(DATA, END_STREAM, STREAM, new byte[5]);
  }

  /** A literal field without indexing and a new name, RFC 7541 §6.2.2. */
  private static void literal(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    string(block, name);
    string(block, value);
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int length = bytes.length;
    if (length < 0x7F) {
      block.write(length);
    } else {
      block.write(0x7F);
      for (length -= 0x7F; length >= 0x80; length >>>= 7) {
        block.write(length & 0x7F | 0x80);
      }
      block.write(length);
    }
    block.writeBytes(bytes);
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(payload.length >>> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  private byte[] receive() throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try {
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        in.readInt();
        byte[] payload = in.readNBytes(length);
        if (type == SETTINGS && flags != ACK) {
          frame(SETTINGS, ACK, 0, new byte[0]);
        } else if (type == DATA) {
          data.writeBytes(payload);
        }
        boolean ended = (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        if (ended || type == RST_STREAM || type == GOAWAY) {
          return data.toByteArray();
        }
      }
    } catch (EOFException | SocketException closed) {
      return data.toByteArray();
    }
  }
}
