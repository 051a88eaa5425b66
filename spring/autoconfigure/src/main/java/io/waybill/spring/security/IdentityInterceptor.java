package io.waybill.spring.security;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.waybill.RequestScope;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.grpc.server.security.GrpcSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/** Inside the interceptors of Spring gRPC that authenticate, whose orders are 2 and 3. */
record IdentityInterceptor(Identification identification) implements ServerInterceptor, Ordered {
  private static final int ORDER = 4;

  @Override
  public int getOrder() {
    return ORDER;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    var unused =
        identification.identify(IdentityInterceptor::authentication, RequestScope.currentOrNull());
    return next.startCall(call, headers);
  }

  private static @Nullable Authentication authentication() {
    SecurityContext ofCall = GrpcSecurity.SECURITY_CONTEXT_KEY.get();
    return (ofCall == null ? SecurityContextHolder.getContext() : ofCall).getAuthentication();
  }
}
