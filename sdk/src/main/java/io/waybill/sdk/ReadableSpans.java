package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.ReadableSpan;

/** What OpenTelemetry's SDK knows of its spans, and its API does not say. Without it: nothing. */
final class ReadableSpans {
  private static final boolean HAVE_SDK = findSdk();

  private ReadableSpans() {}

  /** Returns whether the SDK can tell of {@code span}: somebody may have wrapped it. */
  static boolean isReadable(Span span) {
    return HAVE_SDK && Sdk.isReadable(span);
  }

  /** Returns whether {@code span} is one of a call that this process makes and that goes on. */
  static boolean isRunningClient(Span span) {
    return HAVE_SDK && Sdk.isRunning(span, SpanKind.CLIENT);
  }

  /**
   * Returns whether {@code span} is one of a call that this process serves and that goes on: by its
   * kind, or since its parent is in another process.
   */
  static boolean isRunningServer(Span span) {
    return HAVE_SDK && (Sdk.isRunning(span, SpanKind.SERVER) || Sdk.isRunningBelowRemote(span));
  }

  private static boolean findSdk() {
    try {
      Class.forName(
          "io.opentelemetry.sdk.trace.ReadableSpan", false, ReadableSpans.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException onlyTheApi) {
      return false;
    }
  }

  /** Loaded only where its dependency is there. */
  private static final class Sdk {
    static boolean isReadable(Span span) {
      return span instanceof ReadableSpan;
    }

    static boolean isRunning(Span span, SpanKind kind) {
      return span instanceof ReadableSpan readable
          && readable.getKind() == kind
          && !readable.hasEnded();
    }

    static boolean isRunningBelowRemote(Span span) {
      return span instanceof ReadableSpan readable
          && isRemote(readable.getParentSpanContext())
          && !readable.hasEnded();
    }

    private static boolean isRemote(SpanContext parent) {
      return parent.isValid() && parent.isRemote();
    }
  }
}
