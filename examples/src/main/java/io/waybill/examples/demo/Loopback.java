package io.waybill.examples.demo;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** Where the services listen: on this machine only, each at a port that the system chooses. */
final class Loopback {
  static final String HOST = "127.0.0.1";

  private Loopback() {}

  static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  static URI http(int port) {
    return URI.create("http://" + HOST + ":" + port);
  }
}
