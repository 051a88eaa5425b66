package io.waybill.examples.demo;

import static io.grpc.Metadata.ASCII_STRING_MARSHALLER;
import static io.waybill.examples.demo.ShopFields.SESSION;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.waybill.RequestScope;
import org.jspecify.annotations.Nullable;

/** Lets only calls in whose access token is good, and of the session that the request is of. */
final class TokenCheck implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", ASCII_STRING_MARSHALLER);
  private static final String BEARER = "Bearer ";

  private final TokenIssuer tokens;

  TokenCheck(TokenIssuer tokens) {
    this.tokens = tokens;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    if (isGood(headers.get(AUTHORIZATION))) {
      return next.startCall(call, headers);
    }
    call.close(Status.UNAUTHENTICATED, new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private boolean isGood(@Nullable String header) {
    String session = RequestScope.current().get(SESSION);
    return session != null
        && header != null
        && header.startsWith(BEARER)
        && tokens.isGood(session, header.substring(BEARER.length()));
  }
}
