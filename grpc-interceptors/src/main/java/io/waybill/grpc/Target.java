package io.waybill.grpc;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.waybill.sdk.policy.Destination;
import java.util.function.Function;
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

  /**
   * Returns the target of a channel, as its operator says it. Where that is no host, but the path
   * of a unix socket, say, spans show it as it stands.
   */
  static Target called(String authority) {
    Target target = of(authority);
    if (target.destination != null) {
      return target;
    }
    AttributesBuilder attributes = RpcSpan.systemAttributes();
    attributes.put(RpcSpan.SERVER_ADDRESS, authority);
    return new Target(authority, null, attributes.build());
  }

  /** Returns where a call to this goes that asks for another server: no rule can name that. */
  Target asking(String authority) {
    return new Target(authority, null, attributes);
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
    private final Function<String, Target> targets;
    private volatile Target last = UNKNOWN;

    Cache(Function<String, Target> targets) {
      this.targets = targets;
    }

    Target target(@Nullable String authority) {
      if (authority == null) {
        return UNKNOWN;
      }
      Target known = last;
      if (!authority.equals(known.authority)) {
        known = targets.apply(authority);
        last = known;
      }
      return known;
    }
  }
}
