package io.waybill.spring.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries the request over one channel, to the authority of it.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
final class ChannelInterceptor implements ClientInterceptor {
  private final Supplier<Waybill> waybill;
  private final boolean isEncrypted;
  private volatile @Nullable Known known;

  /** The interceptor for an authority; a channel has one, nearly always. */
  private record Known(@Nullable String authority, ClientInterceptor interceptor) {}

  ChannelInterceptor(Supplier<Waybill> waybill, boolean isEncrypted) {
    this.waybill = waybill;
    this.isEncrypted = isEncrypted;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    String authority = vouched(options, next.authority());
    Known last = known;
    if (last == null || !Objects.equals(authority, last.authority)) {
      last = new Known(authority, interceptor(authority));
      known = last;
    }
    return last.interceptor.interceptCall(method, options, next);
  }

  /** Returns the authority that TLS has proved; null if there is none. */
  private @Nullable String vouched(CallOptions options, @Nullable String authority) {
    String asked = options.getAuthority();
    return isEncrypted && (asked == null || asked.equals(authority)) ? authority : null;
  }

  private ClientInterceptor interceptor(@Nullable String authority) {
    Destination destination = authority == null ? null : Destination.grpc(authority, true);
    return destination == null
        ? WaybillGrpc.client(waybill.get())
        : WaybillGrpc.client(waybill.get(), destination);
  }
}
