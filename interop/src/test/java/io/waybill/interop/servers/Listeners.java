package io.waybill.interop.servers;

import java.util.Map;
import java.util.TreeMap;

/** Where each server listens: three ports, of which the policy names one. */
final class Listeners {
  private final Map<String, Integer> ports = new TreeMap<>();
  private final Map<String, Integer> own;

  Listeners(Map<String, Integer> own) {
    this.own = own;
  }

  /** Returns the port that the policy names for this server. */
  int own(String server) {
    return own.get(server);
  }

  /**
   * Keeps where a server listens.
   *
   * @param open a port that no policy names
   * @param tls likewise, of mutual TLS
   */
  void add(String server, int open, int tls) {
    ports.put(server + ".public", open);
    ports.put(server + ".own", own(server));
    ports.put(server + ".tls", tls);
  }

  /** Keeps where one listens that no policy names. */
  void add(String listener, int port) {
    ports.put(listener, port);
  }

  @Override
  public String toString() {
    return ports.toString().replaceAll("[{} ]", "");
  }
}
