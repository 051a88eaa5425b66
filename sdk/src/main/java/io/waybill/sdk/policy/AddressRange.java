package io.waybill.sdk.policy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The addresses that begin with the same bits. */
final class AddressRange {
  private final byte[] network;
  private final int bits;

  private AddressRange(byte[] network, int bits) {
    this.network = network;
    this.bits = bits;
  }

  /** Reads {@code 10.0.0.0/8} or {@code fd00::/8}; no name is looked up. */
  static AddressRange parse(String range) {
    int slash = range.indexOf('/');
    String address = slash < 0 ? "" : range.substring(0, slash);
    String length = range.substring(slash + 1);
    InetAddress first = AddressLiteral.parse(address);
    if (first != null && length.matches("[0-9]{1,3}")) {
      byte[] network = first.getAddress();
      int bits = Integer.parseInt(length);
      if (bits <= network.length * 8) {
        return new AddressRange(network, bits);
      }
    }
    throw new IllegalArgumentException(
        "range: \"" + range + "\" (expected: address/bits, like 10.0.0.0/8 or fd00::/8)");
  }

  boolean contains(@Nullable SocketAddress remote) {
    InetAddress address = remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
    byte[] of = address == null ? new byte[0] : address.getAddress();
    if (of.length != network.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if ((of[bit / 8] & mask) != (network[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
