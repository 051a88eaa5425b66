package io.waybill.sdk.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of an address, and nothing else: no name service is ever asked, whatever the text.
 * {@link InetAddress#getByName} asks one for all that it takes for a name, {@code .a.b.c:}
 * included.
 *
 * <p><b>Shape.</b> IPv4 in four decimal numbers without zeros in front, which some read as octal;
 * IPv6 by RFC 4291 §2.2, without brackets, and without a zone, which means something on one machine
 * only.
 */
final class AddressLiteral {
  private static final int LONGEST = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();
  private static final int IPV6_BYTES = 16;
  private static final int GROUPS = IPV6_BYTES / 2;
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE);
  private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");

  private AddressLiteral() {}

  /** Returns the address, or null if {@code text} is none. */
  static @Nullable InetAddress parse(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    byte[] address = text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
    try {
      return address == null ? null : InetAddress.getByAddress(address);
    } catch (UnknownHostException neitherFourBytesNorSixteen) {
      return null;
    }
  }

  private static byte @Nullable [] ipv4(String text) {
    if (!IPV4.matcher(text).matches()) {
      return null;
    }
    String[] numbers = text.split("\\.", -1);
    byte[] address = new byte[numbers.length];
    for (int i = 0; i < address.length; i++) {
      address[i] = (byte) Integer.parseInt(numbers[i]);
    }
    return address;
  }

  private static byte @Nullable [] ipv6(String text) {
    int gap = text.indexOf("::");
    byte[] head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
    byte[] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2), true);
    if (head == null || tail == null) {
      return null;
    }
    int given = head.length + tail.length;
    if (gap < 0 ? given != IPV6_BYTES : given >= IPV6_BYTES) {
      return null;
    }
    byte[] address = Arrays.copyOf(head, IPV6_BYTES);
    System.arraycopy(tail, 0, address, IPV6_BYTES - tail.length, tail.length);
    return address;
  }

  /** Returns the bytes of groups between colons, of which the last may be an IPv4 address. */
  private static byte @Nullable [] groups(String text, boolean atTheEnd) {
    String[] groups = text.isEmpty() ? new String[0] : text.split(":", -1);
    if (groups.length > GROUPS) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(IPV6_BYTES + 2);
    for (int i = 0; i < groups.length; i++) {
      byte[] ipv4 = atTheEnd && i == groups.length - 1 ? ipv4(groups[i]) : null;
      if (ipv4 != null) {
        bytes.put(ipv4);
      } else if (GROUP.matcher(groups[i]).matches()) {
        bytes.putShort((short) Integer.parseInt(groups[i], 16));
      } else {
        return null;
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
