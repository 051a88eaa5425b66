package io.waybill.grpc;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.waybill.sdk.policy.Destination;
import org.jspecify.annotations.Nullable;

/**
 * The server of a call, as its authority or its operator names it: where it is for the policy, and
 * what spans show of it.
 *
 * @param authority {@code host} or {@code host:port}, or null if nobody says
 * @param destination null if no host can be read from the authority
 * @param attributes what spans to it have in common, prepared once
 */
record Target(
    @Nullable String authority, @Nullable Destination destination, Attributes attributes) {

  /** Goes where no rule can name it. */
  static final Target UNKNOWN = new Target(null, null, RpcSpan.systemAttributes().build());

  // Of a DNS name, RFC 1035 §2.3.4. A server's own span shows what a peer sent, so it has a limit.
  private static final int LONGEST_HOST = 253;

  static Target of(Destination destination) {
    String authority = destination.host() + ":" + destination.port();
    return new Target(authority, destination, attributes(destination, true));
  }

  static Target of(String authority) {
    Destination destination = Destination.grpc(authority, false);
    if (destination == null || destination.host().length() > LONGEST_HOST) {
      return new Target(authority, null, UNKNOWN.attributes);
    }
    boolean namesPort = authority.endsWith(":" + destination.port());
    return new Target(authority, destination, attributes(destination, namesPort));
  }

  int authorityLength() {
    return authority == null ? 0 : authority.length();
  }

  private static Attributes attributes(Destination destination, boolean withPort) {
    String host = destination.host();
    boolean bracketed = host.startsWith("[");
    AttributesBuilder attributes = RpcSpan.systemAttributes();
    attributes.put(RpcSpan.SERVER_ADDRESS, bracketed ? host.substring(1, host.length() - 1) : host);
    if (withPort) {
      attributes.put(RpcSpan.SERVER_PORT, (long) destination.port());
    }
    return attributes.build();
  }

  /** Remembers the last target: nearly always, a channel or a server has one authority. */
  static final class Cache {
    private volatile Target last = UNKNOWN;

    Target target(@Nullable String authority) {
      if (authority == null) {
        return UNKNOWN;
      }
      Target known = last;
      if (!authority.equals(known.authority)) {
        known = of(authority);
        last = known;
      }
      return known;
    }
  }
}
