package io.waybill.examples.conformance;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.BaggageField;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.slf4j.WaybillMdc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The running service: recording servers, one Waybill, and the doors for HTTP and gRPC. */
final class ConformanceService implements AutoCloseable {

  /** Of the fields that have a header from the time before baggage. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "request.id", "x-request-id",
          "user.id", "x-user-id",
          "tenant.id", "x-tenant-id",
          "session.id", "x-session-id");

  private final Deque<Runnable> closing = new ArrayDeque<>();
  private int httpPort;
  private int grpcPort;

  private ConformanceService() {}

  /**
   * Starts it.
   *
   * @throws IOException if it cannot listen
   */
  static ConformanceService start(Options options) throws IOException {
    ConformanceService service = new ConformanceService();
    try {
      service.open(options);
      return service;
    } catch (IOException | RuntimeException failed) {
      service.close();
      throw failed;
    }
  }

  private void open(Options options) throws IOException {
    int httpRecorder = serve(JettyServer.start(0, new HttpRecorder()));
    int grpcRecorder = serve(rpc(0).addService(GrpcRecorder.service()).build());
    OpenTelemetrySdk telemetry = Telemetry.start();
    closing.push(telemetry::close);
    Waybill waybill =
        waybill(telemetry, options, List.of(Loopback.at(httpRecorder), Loopback.at(grpcRecorder)));
    ScopeFields fields = ScopeFields.of(options.identity().toArray(BaggageField<?>[]::new));
    WaybillMdc mdc = WaybillMdc.install(fields);
    closing.push(mdc::close);
    Records records = Records.listen(options.identity());
    closing.push(records::stop);
    Probe probe = new Probe(fields, records);
    Sender sender = options.client().create(waybill);
    closing.push(sender::close);
    Map<String, Endpoint> endpoints =
        Map.of(
            "/probe", new ProbeEndpoint(sender, probe, Loopback.http(httpRecorder)),
            "/test", new TestEndpoint(sender));
    httpPort = serve(options.server().start(options.httpPort(), waybill, endpoints));
    EchoClient echoes = new EchoClient(waybill);
    closing.push(echoes::close);
    grpcPort =
        serve(
            rpc(options.grpcPort())
                .addService(new EchoService(probe, echoes, Loopback.grpc(grpcRecorder)))
                .intercept(WaybillGrpc.server(waybill))
                .build());
  }

  private static Waybill waybill(
      OpenTelemetrySdk telemetry, Options options, List<String> recorders) {
    // The operator says who calls; nothing on the loopback proves it.
    WaybillBuilder waybill =
        Waybill.builder(telemetry)
            .peers(peer -> options.callers())
            .limits(Limits.DEFAULT.withHttpHeadBytes(Loopback.MOST_HEADER_BYTES));
    for (BaggageField<String> field : options.identity()) {
      String alias = ALIASES.get(field.name());
      waybill.carry(field, rule -> alias == null ? rule : rule.alias(alias));
    }
    List<String> own = new ArrayList<>(recorders);
    own.addAll(options.own());
    for (String hostAndPort : own) {
      waybill.destination("http://" + hostAndPort, TrustZone.OWN);
      waybill.destination("grpc://" + hostAndPort, TrustZone.OWN);
    }
    return waybill.build();
  }

  private static NettyServerBuilder rpc(int port) {
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .maxInboundMetadataSize(Loopback.MOST_HEADER_BYTES);
  }

  private int serve(WebServer server) {
    closing.push(server::close);
    return server.port();
  }

  private int serve(Server server) throws IOException {
    closing.push(server::shutdownNow);
    return server.start().getPort();
  }

  int httpPort() {
    return httpPort;
  }

  int grpcPort() {
    return grpcPort;
  }

  /** Stops it, the last that was started first, and sends on the spans that it still holds. */
  @Override
  public void close() {
    closing.forEach(Runnable::run);
  }
}
