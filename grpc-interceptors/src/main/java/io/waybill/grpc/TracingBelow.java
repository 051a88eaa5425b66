package io.waybill.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.waybill.sdk.ClientRequest;
import java.lang.ref.WeakReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What an interceptor of clients learns of tracing that starts its span after ours: for each
 * channel, from what the first calls send in the end.
 *
 * <p><b>Threading.</b> Safe from any thread; two first calls at once both ask.
 */
final class TracingBelow {
  private static final Logger LOG = Logger.getLogger("io.waybill");
  private static final String GRPC_OPENTELEMETRY =
      "io.grpc.opentelemetry.OpenTelemetryTracingModule$";
  private static final int MOST_CHANNELS = 16;

  private volatile Known[] known = {};

  /**
   * What is known of a channel.
   *
   * @param traced whether something starts a span for its calls
   * @param adds whether it adds its trace context to ours, where others replace it
   */
  private record Known(WeakReference<Channel> channel, boolean traced, boolean adds) {}

  /**
   * Tells {@code request} what is known of {@code channel}, and returns {@code options} for its
   * call: with a question where nothing is.
   */
  CallOptions applyTo(ClientRequest request, Channel channel, CallOptions options) {
    if (isInOptions(options)) {
      request.leaveSpan();
      request.leaveTrace();
      return options;
    }
    if (!request.watchesSpans()) {
      return options;
    }
    Known answer = find(channel);
    if (answer == null) {
      return options.withStreamTracerFactory(new Question(channel, request));
    }
    if (answer.traced) {
      request.leaveSpan();
    }
    if (answer.adds) {
      request.leaveTrace();
    }
    return options;
  }

  /** gRPC's own tracing installs itself here, further out, and makes no span current. */
  private static boolean isInOptions(CallOptions options) {
    for (ClientStreamTracer.Factory factory : options.getStreamTracerFactories()) {
      if (factory.getClass().getName().startsWith(GRPC_OPENTELEMETRY)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Known find(Channel channel) {
    for (Known each : known) {
      if (each.channel.refersTo(channel)) {
        return each;
      }
    }
    return null;
  }

  private void learn(Channel channel, boolean traced, boolean adds) {
    if (find(channel) != null) {
      return;
    }
    Known[] before = known;
    int kept = Math.min(before.length, MOST_CHANNELS - 1);
    Known[] more = new Known[kept + 1];
    System.arraycopy(before, 0, more, 1, kept);
    more[0] = new Known(new WeakReference<>(channel), traced, adds);
    known = more;
    if (traced) {
      LOG.log(
          Level.INFO,
          "Calls to {0} are traced further in than by Waybill''s interceptor: from now on it starts"
              + " no CLIENT span for them. Add it before what traces them to have none twice.",
          channel.authority());
    }
  }

  /** Reads, and never writes: it runs on the transport's thread, outside of any Context. */
  private final class Question extends ClientStreamTracer.Factory {
    private final Channel channel;
    private final ClientRequest request;

    Question(Channel channel, ClientRequest request) {
      this.channel = channel;
      this.request = request;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata ignored) {
      return new ClientStreamTracer() {
        private @Nullable Metadata headers;

        @Override
        public void streamCreated(Attributes transport, Metadata ofAttempt) {
          headers = ofAttempt;
        }

        @Override
        public void outboundHeaders() {
          Metadata sent = headers;
          if (sent != null) {
            boolean traced = request.isReplacedIn(sent, MetadataCarrier.INSTANCE);
            learn(channel, traced, traced && MetadataCarrier.hasSeveralParents(sent));
          }
        }
      };
    }
  }
}
