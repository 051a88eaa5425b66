package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.trace.Span;
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

  /** Returns whether {@code span}, a readable one, has not ended. */
  static boolean isRunning(Span span) {
    return HAVE_SDK && Sdk.isRunning(span);
  }

  /** Returns whether {@code span} is one of a call that this process makes and that goes on. */
  static boolean isRunningClient(Span span) {
    return HAVE_SDK && Sdk.isRunning(span) && Sdk.isClient(span);
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

    static boolean isRunning(Span span) {
      return span instanceof ReadableSpan readable && !readable.hasEnded();
    }

    static boolean isClient(Span span) {
      return span instanceof ReadableSpan readable && readable.getKind() == SpanKind.CLIENT;
    }
  }
}
