package io.waybill.examples.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everybody listens on this machine.
 *
 * @param gateway the edge's listener for the gateway, which has logged users in
 * @param street the edge's listener for anybody
 */
record Ports(int gateway, int street, int orders, int inventory, int billing, int partner) {

  /** Returns free ones, beside the partner's. */
  static Ports free(int partner) throws IOException {
    List<ServerSocket> open = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> free = open.stream().map(ServerSocket::getLocalPort).toList();
      return new Ports(free.get(0), free.get(1), free.get(2), free.get(3), free.get(4), partner);
    } finally {
      for (ServerSocket socket : open) {
        socket.close();
      }
    }
  }

  static Ports parse(String... ports) {
    int[] all = List.of(ports).stream().mapToInt(Integer::parseInt).toArray();
    return new Ports(all[0], all[1], all[2], all[3], all[4], all[5]);
  }

  List<String> arguments() {
    return List.of(gateway, street, orders, inventory, billing, partner).stream()
        .map(Object::toString)
        .toList();
  }

  /** Returns the policy of the whole shop: what travels, who is believed, who gets what. */
  List<String> policy() {
    return List.of(
        "waybill.identities=user.id,tenant.id",
        "waybill.attributes=locale",
        "waybill.peers=listener:%d=own,listener:%d=own,listener:%d=own,listener:%d=own"
            .formatted(gateway, orders, inventory, billing),
        ("waybill.destinations=grpc://127.0.0.1:%d=own,grpc://127.0.0.1:%d=own,"
                + "http://127.0.0.1:%d=own,http://127.0.0.1:%d=partner locale")
            .formatted(orders, inventory, billing, partner));
  }
}
