package io.waybill.opentelemetry.spans;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Warns, once for each adapter, where another instrumentation starts its span of a call inside of
 * ours: then every call is shown twice.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
final class NestedTracing {
  private static final Logger LOGGER = Logger.getLogger("io.waybill");
  private static final AttributeKey<String> RPC = AttributeKey.stringKey("rpc.system.name");

  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /** Looks at {@code span}, which starts below {@code parent}. */
  void look(Context parent, ReadWriteSpan span) {
    SpanKind kind = span.getKind();
    if ((kind == SpanKind.CLIENT || kind == SpanKind.SERVER)
        && Span.fromContext(parent) instanceof ReadableSpan above
        && above.getKind() == kind
        && isOurs(above)
        && !isOurs(span)) {
      warn(above, span);
    }
  }

  static boolean isOurs(ReadableSpan span) {
    return span.getInstrumentationScopeInfo().getName().equals("io.waybill");
  }

  private void warn(ReadableSpan above, ReadableSpan span) {
    String protocol = above.getAttribute(RPC) == null ? "HTTP" : "gRPC";
    String adapter = protocol + " " + above.getKind().name().toLowerCase(Locale.ROOT);
    if (warned.add(adapter)) {
      warn(span.getInstrumentationScopeInfo().getName(), above.getKind(), adapter);
    }
  }

  private static void warn(String tracing, SpanKind kind, String adapter) {
    try {
      LOGGER.log(
          Level.WARNING,
          "{0} starts a {1} span inside the one of Waybill''s {2} adapter, so a call is shown twice."
              + " Give that adapter waybill.withSpans(SpanMode.NEVER), or put the other"
              + " instrumentation outside of it.",
          new Object[] {tracing, kind, adapter});
    } catch (Throwable handlerFailed) {
      // Not the request's, in whose span this is.
    }
  }
}
