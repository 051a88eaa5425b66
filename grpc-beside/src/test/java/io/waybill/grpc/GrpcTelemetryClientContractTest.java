package io.waybill.grpc;

import io.grpc.ClientInterceptor;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.waybill.RequestScope;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The contract of clients holds with OpenTelemetry's own interceptor outside of ours; and inside,
 * where ours is told to leave the spans to it.
 */
@Tag("grpc-telemetry")
class GrpcTelemetryClientContractTest {

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

  abstract static class Outside extends GrpcClientContract {
    Outside(Kind kind) {
      super(kind);
    }

    /** Theirs leaves onHeaders out where it makes the caller's Context current. */
    @Override
    protected boolean isCallers(Context context, Context caller) {
      return RequestScope.fromContextOrNull(context) == RequestScope.fromContextOrNull(caller)
          && Baggage.fromContext(context) == Baggage.fromContext(caller);
    }

    @Override
    protected List<ClientInterceptor> interceptors(Waybill waybill) {
      ClientInterceptor theirs =
          GrpcTelemetry.create(telemetry().ofOthers()).createClientInterceptor();
      return List.of(WaybillGrpc.client(waybill), theirs);
    }
  }

  abstract static class Inside extends GrpcClientContract {
    Inside(Kind kind) {
      super(kind);
    }

    @Override
    protected boolean startsSpans() {
      return false;
    }

    @Override
    protected List<ClientInterceptor> interceptors(Waybill waybill) {
      ClientInterceptor theirs =
          GrpcTelemetry.create(telemetry().ofOthers()).createClientInterceptor();
      return List.of(theirs, WaybillGrpc.client(waybill.withSpans(SpanMode.NEVER)));
    }
  }
}
