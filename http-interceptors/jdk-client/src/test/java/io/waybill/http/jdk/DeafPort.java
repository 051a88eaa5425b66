package io.waybill.http.jdk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** A port on which nobody listens, and nobody else can: it is taken. */
final class DeafPort implements AutoCloseable {
  private final Socket taken = new Socket();

  DeafPort() throws IOException {
    taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + taken.getLocalPort() + "/");
  }

  @Override
  public void close() throws IOException {
    taken.close();
  }
}
