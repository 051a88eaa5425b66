package io.waybill.beside;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.waybill.beside.Beside.Other;

/** Apart from its test, which is found on class paths that do not have the interceptors. */
final class TheirGrpcTelemetry {
  private TheirGrpcTelemetry() {}

  static ManagedChannel open(Beside beside, boolean named, Other client, Other server)
      throws Exception {
    GrpcTelemetry theirs = GrpcTelemetry.create(beside.openTelemetry);
    return beside.channel(
        server(beside, server),
        named,
        client,
        (NettyChannelBuilder b) -> b.intercept(theirs.createClientInterceptor()));
  }

  static Server server(Beside beside, Other server) throws Exception {
    GrpcTelemetry theirs = GrpcTelemetry.create(beside.openTelemetry);
    return beside.server(
        server, (NettyServerBuilder b) -> b.intercept(theirs.createServerInterceptor()));
  }
}
