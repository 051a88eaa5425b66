package io.waybill.grpc;

import static java.util.Objects.requireNonNull;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.stub.AbstractStub;
import io.waybill.concurrent.ContextFuture;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import org.jspecify.annotations.Nullable;

/**
 * Carries the identity of requests over gRPC: it wraps stubs, installs itself in channels and
 * servers, and makes the interceptors for where that is not enough.
 *
 * <pre>{@code
 * var orders = WaybillGrpc.wrap(OrdersGrpc.newBlockingStub(channel), waybill);
 * var server = WaybillGrpc.install(NettyServerBuilder.forPort(0).addService(service), waybill).build();
 * }</pre>
 *
 * <p><b>Order.</b> The interceptor that is added last is outermost. On a server, add Waybill's
 * last: the others then run inside the request. On a channel, add it last too: what is below it
 * finds no baggage to send. Twice is as good as once. Only another tracing belongs outside of it,
 * on both sides; where it is inside, give this adapter {@code waybill.withSpans(SpanMode.NEVER)},
 * or each call has two nested spans.
 *
 * <p><b>Destination.</b> An interceptor sees the authority of its channel, and neither the address
 * behind it nor whether it is encrypted. Without a {@link Destination}, a call goes to {@code
 * grpc://} and that authority, as plaintext; and to nowhere that a rule can name if its {@code
 * CallOptions} hold another authority. Name a destination where the channel has TLS or another
 * authority than its address, and vouch for both by that.
 *
 * <p><b>Errors.</b> Set-up throws at once. In a call nothing of ours throws: what fails is left
 * out, and the call has the outcome that it would have without us.
 *
 * <p><b>Threading.</b> What is returned is safe from any thread, and can be shared.
 */
public final class WaybillGrpc {
  private WaybillGrpc() {}

  /** Returns the interceptor of clients whose calls go to the authority of their channel. */
  public static ClientInterceptor client(Waybill waybill) {
    return new WaybillClientInterceptor(requireNonNull(waybill, "waybill"), null);
  }

  /**
   * Returns the interceptor of clients whose calls go to {@code destination}.
   *
   * @throws IllegalArgumentException if the destination is not one of gRPC
   */
  public static ClientInterceptor client(Waybill waybill, Destination destination) {
    requireNonNull(waybill, "waybill");
    if (!requireNonNull(destination, "destination").scheme().startsWith("grpc")) {
      throw new IllegalArgumentException(
          "destination: " + destination + " (expected: scheme grpc or grpcs)");
    }
    return new WaybillClientInterceptor(waybill, destination);
  }

  /** Returns the interceptor of servers. */
  public static ServerInterceptor server(Waybill waybill) {
    return new WaybillServerInterceptor(requireNonNull(waybill, "waybill"));
  }

  /**
   * Adds {@link #client(Waybill)} to the channel that {@code builder} builds, and returns the
   * builder.
   */
  public static <B extends ManagedChannelBuilder<B>> B install(
      ManagedChannelBuilder<B> builder, Waybill waybill) {
    return builder.intercept(client(waybill));
  }

  /**
   * Adds {@link #client(Waybill, Destination)} to the channel that {@code builder} builds, and
   * returns the builder.
   *
   * @throws IllegalArgumentException if the destination is not one of gRPC
   */
  public static <B extends ManagedChannelBuilder<B>> B install(
      ManagedChannelBuilder<B> builder, Waybill waybill, Destination destination) {
    return builder.intercept(client(waybill, destination));
  }

  /** Adds {@link #server} to the server that {@code builder} builds, and returns the builder. */
  public static <B extends ServerBuilder<B>> B install(ServerBuilder<B> builder, Waybill waybill) {
    return builder.intercept(server(waybill));
  }

  /** Returns {@code stub} with {@link #client(Waybill)} around its channel. */
  public static <S extends AbstractStub<S>> S wrap(S stub, Waybill waybill) {
    return stub.withInterceptors(client(waybill));
  }

  /**
   * Returns {@code stub} with {@link #client(Waybill, Destination)} around its channel.
   *
   * @throws IllegalArgumentException if the destination is not one of gRPC
   */
  public static <S extends AbstractStub<S>> S wrap(
      S stub, Waybill waybill, Destination destination) {
    return stub.withInterceptors(client(waybill, destination));
  }

  /**
   * Returns the answer of a future stub as a future whose continuations run in the Context of
   * whoever adds them, for an answer that several requests wait for. Those of {@code answer} itself
   * run as the one that made the call. To complete or cancel what is returned does nothing to the
   * call.
   */
  public static <V> ContextFuture<V> future(ListenableFuture<V> answer) {
    ContextFuture<V> future = new ContextFuture<>();
    FutureCallback<V> completes =
        new FutureCallback<>() {
          @Override
          @SuppressWarnings("NullAway") // it is null where the answer is
          public void onSuccess(@Nullable V value) {
            future.complete(value);
          }

          @Override
          public void onFailure(Throwable failure) {
            future.completeExceptionally(failure);
          }
        };
    Futures.addCallback(answer, completes, MoreExecutors.directExecutor());
    return future;
  }
}
