package io.waybill.grpc;

import io.grpc.ServerInterceptor;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The contract of servers holds with OpenTelemetry's own interceptor outside of ours; and inside,
 * where ours is told to leave the spans to it.
 */
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
    protected List<ServerInterceptor> interceptors(Waybill waybill) {
      ServerInterceptor theirs =
          GrpcTelemetry.create(telemetry().ofOthers()).createServerInterceptor();
      return List.of(WaybillGrpc.server(waybill), theirs);
    }
  }

  abstract static class Inside extends GrpcServerContract {
    Inside(Kind kind) {
      super(kind);
    }

    @Override
    protected boolean startsSpans() {
      return false;
    }

    @Override
    protected List<ServerInterceptor> interceptors(Waybill waybill) {
      ServerInterceptor theirs =
          GrpcTelemetry.create(telemetry().ofOthers()).createServerInterceptor();
      return List.of(theirs, WaybillGrpc.server(waybill.withSpans(SpanMode.NEVER)));
    }
  }
}
