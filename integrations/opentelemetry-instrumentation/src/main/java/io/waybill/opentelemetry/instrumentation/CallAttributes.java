package io.waybill.opentelemetry.instrumentation;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.waybill.sdk.policy.Destination;
import org.jspecify.annotations.Nullable;

/** What the attributes say with which a span is to start. */
final class CallAttributes {
  private static final AttributeKey<String> URL_FULL = AttributeKey.stringKey("url.full");
  private static final AttributeKey<String> URL_PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> SERVER_ADDRESS =
      AttributeKey.stringKey("server.address");
  private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
  // The name of it, and what it was before the conventions of RPC were stable.
  private static final AttributeKey<String> RPC_SYSTEM = AttributeKey.stringKey("rpc.system.name");
  private static final AttributeKey<String> RPC_SYSTEM_BEFORE =
      AttributeKey.stringKey("rpc.system");
  private static final AttributeKey<String> RPC_METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<String> RPC_SERVICE = AttributeKey.stringKey("rpc.service");
  private static final String GRPC = "grpc";
  private static final Origins ORIGINS = new Origins();

  private CallAttributes() {}

  /**
   * Returns whom a client calls, or null if it does not say. Of HTTP that is the URL alone: the
   * address may be from a {@code Host} header.
   */
  static @Nullable Destination target(Attributes attributes) {
    String url = attributes.get(URL_FULL);
    if (url != null) {
      return ORIGINS.http(url);
    }
    String host = attributes.get(SERVER_ADDRESS);
    Long port = attributes.get(SERVER_PORT);
    return host == null || !isGrpc(attributes)
        ? null
        : ORIGINS.grpc(host, port == null ? -1 : port.intValue());
  }

  private static boolean isGrpc(Attributes attributes) {
    return GRPC.equals(attributes.get(RPC_SYSTEM))
        || GRPC.equals(attributes.get(RPC_SYSTEM_BEFORE));
  }

  /** Returns what a server is asked for, as {@code WaybillBuilder.skip} has it. */
  static String operation(Attributes attributes) {
    String path = attributes.get(URL_PATH);
    if (path != null) {
      return path;
    }
    String method = attributes.get(RPC_METHOD);
    String service = attributes.get(RPC_SERVICE);
    return (service == null ? "" : service + "/") + (method == null ? "" : method);
  }
}
