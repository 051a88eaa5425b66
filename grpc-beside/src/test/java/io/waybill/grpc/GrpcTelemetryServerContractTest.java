package io.waybill.grpc;

import io.grpc.ServerInterceptor;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The contract of servers holds with OpenTelemetry's own interceptor outside of ours or inside. */
@Tag("grpc-telemetry")
class GrpcTelemetryServerContractTest {

  @Nested
  class UnaryOutside extends Outside {
    UnaryOutside() {
      super(Kind.UNARY);
    }
  }

  @Nested
  class ServerStreamOutside extends Outside {
    ServerStreamOutside() {
      super(Kind.SERVER_STREAM);
    }
  }

  @Nested
  class ClientStreamOutside extends Outside {
    ClientStreamOutside() {
      super(Kind.CLIENT_STREAM);
    }
  }

  @Nested
  class BidiOutside extends Outside {
    BidiOutside() {
      super(Kind.BIDI);
    }
  }

  @Nested
  class UnaryInside extends Inside {
    UnaryInside() {
      super(Kind.UNARY);
    }
  }

  @Nested
  class ServerStreamInside extends Inside {
    ServerStreamInside() {
      super(Kind.SERVER_STREAM);
    }
  }

  @Nested
  class ClientStreamInside extends Inside {
    ClientStreamInside() {
      super(Kind.CLIENT_STREAM);
    }
  }

  @Nested
  class BidiInside extends Inside {
    BidiInside() {
      super(Kind.BIDI);
    }
  }

  abstract static class Outside extends GrpcServerContract {
    Outside(Kind kind) {
      super(kind);
    }

    @Override
    protected List<ServerInterceptor> interceptors(ServerInterceptor ours) {
      ServerInterceptor theirs =
          GrpcTelemetry.create(telemetry().ofOthers()).createServerInterceptor();
      return List.of(ours, theirs);
    }
  }

  abstract static class Inside extends GrpcServerContract {
    Inside(Kind kind) {
      super(kind);
    }

    @Override
    protected List<ServerInterceptor> interceptors(ServerInterceptor ours) {
      ServerInterceptor theirs =
          GrpcTelemetry.create(telemetry().ofOthers()).createServerInterceptor();
      // Most tests make one request, without a traceparent: what GrpcTelemetryTest says of the
      // first.
      return List.of(theirs, ((ServerSide) ours).expectingInnerTracing());
    }
  }
}
