package io.waybill.grpc;

import static java.util.Objects.requireNonNull;

import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.OutgoingCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call whose headers have what was released to its destination. What is below runs in a Context
 * without baggage, its listener in the caller's. Until it is started there is nothing to end.
 */
final class ReleasedCall<ReqT, RespT> extends SimpleForwardingClientCall<ReqT, RespT> {
  private final MethodDescriptor<ReqT, RespT> method;
  private final Target target;
  private final Context caller;
  private final OutgoingCall outgoing;
  private final @Nullable RequestCredentials credentials;
  private final int maxBaggageBytes;
  private volatile boolean started; // cancel may come from any thread

  ReleasedCall(
      ClientCall<ReqT, RespT> delegate,
      MethodDescriptor<ReqT, RespT> method,
      Target target,
      Context caller,
      OutgoingCall outgoing,
      @Nullable RequestCredentials credentials,
      int maxBaggageBytes) {
    super(delegate);
    this.method = method;
    this.target = target;
    this.caller = caller;
    this.outgoing = outgoing;
    this.credentials = credentials;
    this.maxBaggageBytes = maxBaggageBytes;
  }

  @Override
  public void start(ClientCall.Listener<RespT> listener, Metadata headers) {
    requireNonNull(listener, "listener");
    boolean first = !started;
    if (first && credentials != null) {
      credentials.written(headers);
    }
    if (first) {
      open(requireNonNull(headers, "headers"));
      started = true; // Not before: a cancel on another thread would end a span that starts later.
    }
    try {
      CallersListener callers = new CallersListener(listener);
      InContext.call(outgoing.context(), callers, headers, CallersListener::start);
    } catch (Throwable refused) {
      // A second start is refused too, and the first goes on.
      if (first) {
        end(Status.fromThrowable(refused).getCode());
      }
      throw refused;
    }
  }

  /** Once the headers are passed on they are not ours any more, so all is written here. */
  private void open(Metadata headers) {
    try {
      List<String> present = MetadataCarrier.removeBaggage(headers);
      outgoing.start(
          headers,
          MetadataCarrier.INSTANCE,
          RpcSpan.name(method),
          RpcSpan.attributes(method, target));
      outgoing.takeOut(headers, MetadataCarrier::remove);
      int room = MetadataBudget.forBaggage(headers, method, target);
      outgoing.inject(headers, MetadataCarrier.INSTANCE, present, maxBaggageBytes, room);
    } catch (Throwable oursOrAHook) {
      // The call goes on without what could not be written.
    }
  }

  /** Returns the span of the call, whoever has started it. */
  Span span() {
    return Span.fromContext(outgoing.context());
  }

  private void showAttempts(Metadata headers) {
    try {
      RpcSpan.setAttempts(outgoing.span(), headers);
    } catch (Throwable oursOrAHook) {
      // As in end.
    }
  }

  private void end(Status.Code code) {
    outgoing.endWith(code, RpcSpan::setClientStatus);
  }

  @Override
  public void sendMessage(ReqT message) {
    InContext.call(outgoing.context(), delegate(), message, ClientCall::sendMessage);
  }

  @Override
  public void request(int messages) {
    InContext.call(outgoing.context(), delegate(), messages, ClientCall::request);
  }

  @Override
  public void halfClose() {
    InContext.call(outgoing.context(), delegate(), delegate(), (call, same) -> call.halfClose());
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    try (Scope ignored = RequestScope.restoring(outgoing.context()).makeCurrent()) {
      delegate().cancel(message, cause);
    } finally {
      if (started) {
        // A stub may abandon its executor, and then onClose never comes. A status that arrived
        // while the delegate was cancelled has won.
        end(Status.Code.CANCELLED);
      }
    }
  }

  /** The user's callbacks, in the Context that the call was made in. */
  private final class CallersListener extends SimpleForwardingClientCallListener<RespT> {
    CallersListener(ClientCall.Listener<RespT> delegate) {
      super(delegate);
    }

    void start(Metadata headers) {
      ReleasedCall.this.delegate().start(this, headers);
    }

    @Override
    public void onHeaders(Metadata headers) {
      showAttempts(headers);
      InContext.call(caller, delegate(), headers, ClientCall.Listener::onHeaders);
    }

    @Override
    public void onMessage(RespT message) {
      InContext.call(caller, delegate(), message, ClientCall.Listener::onMessage);
    }

    @Override
    public void onReady() {
      InContext.call(caller, delegate(), delegate(), (listener, same) -> listener.onReady());
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end(status.getCode());
      if (credentials != null) {
        credentials.closed(status, method.getType().clientSendsOneMessage());
      }
      InContext.get(caller, delegate(), status, trailers, CallersListener::close);
    }

    private static <RespT> Status close(
        ClientCall.Listener<RespT> listener, Status status, Metadata trailers) {
      listener.onClose(status, trailers);
      return status;
    }
  }
}
