package io.waybill.grpc;

import org.junit.jupiter.api.Nested;

/** Each kind of calls keeps the contract of clients. */
class ClientContractTest {

  @Nested
  class Unary extends GrpcClientContract {
    Unary() {
      super(Kind.UNARY);
    }
  }

  @Nested
  class ServerStream extends GrpcClientContract {
    ServerStream() {
      super(Kind.SERVER_STREAM);
    }
  }

  @Nested
  class ClientStream extends GrpcClientContract {
    ClientStream() {
      super(Kind.CLIENT_STREAM);
    }
  }

  @Nested
  class Bidi extends GrpcClientContract {
    Bidi() {
      super(Kind.BIDI);
    }
  }
}
