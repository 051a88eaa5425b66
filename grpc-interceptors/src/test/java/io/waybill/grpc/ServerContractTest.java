package io.waybill.grpc;

import org.junit.jupiter.api.Nested;

/** Each kind of calls keeps the contract of servers. */
class ServerContractTest {

  @Nested
  class Unary extends GrpcServerContract {
    Unary() {
      super(Kind.UNARY);
    }
  }

  @Nested
  class ServerStream extends GrpcServerContract {
    ServerStream() {
      super(Kind.SERVER_STREAM);
    }
  }

  @Nested
  class ClientStream extends GrpcServerContract {
    ClientStream() {
      super(Kind.CLIENT_STREAM);
    }
  }

  @Nested
  class Bidi extends GrpcServerContract {
    Bidi() {
      super(Kind.BIDI);
    }
  }
}
