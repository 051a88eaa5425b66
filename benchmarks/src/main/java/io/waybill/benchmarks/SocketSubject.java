package io.waybill.benchmarks;

import java.util.List;

/**
 * What is installed in a service whose calls over sockets are measured, in the order in which it is
 * measured.
 */
public enum SocketSubject {
  PLAIN("plain", ClassPath.PEERS, "grpc.PlainCalls"),
  READY_HEADERS("readyHeaders", ClassPath.PEERS, "grpc.ReadyHeaderCalls"),
  OPEN_TELEMETRY("openTelemetry", ClassPath.PEERS, "grpc.OpenTelemetryCalls"),
  WAYBILL("waybill", ClassPath.PEERS, "grpc.WaybillCalls"),
  BRAVE("brave", ClassPath.PEERS, "grpc.BraveCalls"),
  GRPC_OPEN_TELEMETRY("grpcOpenTelemetry", ClassPath.PEERS, "grpc.GrpcOpenTelemetryCalls"),
  /** Nothing is installed, and the storage of gRPC's own context is replaced all the same. */
  UNUSED_GRPC_TELEMETRY("unusedGrpcTelemetry", ClassPath.INSTRUMENTED, "grpc.PlainCalls"),
  GRPC_TELEMETRY("grpcTelemetry", ClassPath.INSTRUMENTED, "instrumented.GrpcTelemetryCalls"),
  WAYBILL_WITH_SPANS("waybillWithSpans", ClassPath.PEERS, "grpc.WaybillCalls$WithSpans");

  private static final String PACKAGE = "io.waybill.benchmarks.";

  private final String label;
  private final ClassPath classPath;
  private final String type;

  SocketSubject(String label, ClassPath classPath, String type) {
    this.label = label;
    this.classPath = classPath;
    this.type = type;
  }

  /** Returns what it is called in a table. */
  String label() {
    return label;
  }

  ClassPath classPath() {
    return classPath;
  }

  /** Returns the name of the class that installs it. */
  public String type() {
    return PACKAGE + type;
  }

  /** Returns who does the same as Waybill; none for all others. */
  List<SocketSubject> peers() {
    return switch (this) {
      case WAYBILL -> List.of(OPEN_TELEMETRY);
      case WAYBILL_WITH_SPANS -> List.of(BRAVE, GRPC_OPEN_TELEMETRY, GRPC_TELEMETRY);
      default -> List.of();
    };
  }
}
