package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.sdk.policy.Peer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens requests by a Waybill of this class loader. */
final class OwnReceiver implements Receiver {
  private final Borders borders;
  private final @Nullable Set<String> headers;

  OwnReceiver(Borders borders) {
    this.borders = borders;
    this.headers = borders.headers();
  }

  Borders borders() {
    return borders;
  }

  @Override
  public @Nullable Set<String> headers() {
    return headers;
  }

  @Override
  public Opened open(
      Context extracted,
      Map<String, List<String>> lines,
      Peer peer,
      String operation,
      boolean shows) {
    Context outside = borders.skipped(operation, extracted);
    return outside == null
        ? new Received(borders.receive(extracted, lines, peer, operation, shows))
        : new Skipped(outside);
  }

  @Override
  public void leftClosed() {
    borders.leftClosed();
  }

  private record Received(IncomingCall call) implements Opened {
    @Override
    public Context context() {
      return call.context();
    }

    @Override
    public void started(Context context) {
      call.showOn(Span.fromContext(context));
    }

    @Override
    public void end() {
      call.end();
    }
  }

  private record Skipped(Context context) implements Opened {
    @Override
    public void started(Context ofSpan) {}

    @Override
    public void end() {}
  }
}
