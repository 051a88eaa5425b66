package io.waybill.grpc;

import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.Map;

/** Retries by gRPC itself, as a service config has them, without a pause that is felt. */
final class Retries {
  private Retries() {}

  /** Returns {@code builder}, whose calls are made up to so many times where they end like that. */
  static NettyChannelBuilder on(NettyChannelBuilder builder, Status.Code ending, int attempts) {
    Map<String, Object> everyMethod =
        Map.of("name", List.of(Map.of()), "retryPolicy", policy(ending, attempts));
    return builder.enableRetry().defaultServiceConfig(Map.of("methodConfig", List.of(everyMethod)));
  }

  static Map<String, Object> policy(Status.Code ending, int attempts) {
    return Map.of(
        "maxAttempts",
        (double) attempts,
        "initialBackoff",
        "0.001s",
        "maxBackoff",
        "0.001s",
        "backoffMultiplier",
        1.0,
        "retryableStatusCodes",
        List.of(ending.name()));
  }
}
