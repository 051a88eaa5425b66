package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.sdk.internal.policy.NearMisses.NearMiss;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Outcome;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Waybill's own log, {@code io.waybill} in {@code java.util.logging} like OpenTelemetry's. On a
 * call path it warns once a minute at most; the counters have the rest. It never shows a value.
 */
public final class Warnings {
  private static final Logger LOGGER = Logger.getLogger("io.waybill");
  private static final Logger EXPLANATIONS = Logger.getLogger("io.waybill.explain");
  private static final int NAMED = 8;
  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final AtomicLong NEXT_INSTRUMENTED = new AtomicLong(System.nanoTime());
  private static final AtomicLong NEXT_CLOSED = new AtomicLong(System.nanoTime());

  private final DropCounter drops;
  private final AtomicLong nextBudget = new AtomicLong(System.nanoTime());
  private final AtomicLong nextLeak = new AtomicLong(System.nanoTime());
  private final AtomicLong nextHook = new AtomicLong(System.nanoTime());
  private final AtomicLong nextHeader = new AtomicLong(System.nanoTime());

  /** Creates a log that counts in {@code drops} what it may not say each time. */
  public Warnings(DropCounter drops) {
    this.drops = drops;
  }

  /**
   * Names the first few of {@code members}, of which there is one at least; the names of some are
   * chosen by whoever sent them.
   *
   * @param limit what they did not fit into, as "64 members"
   */
  public void overBudget(List<String> members, String limit) {
    if (isDue(nextBudget)) {
      String first =
          members.stream().limit(NAMED).map(LogText::name).collect(Collectors.joining(", "));
      int more = members.size() - NAMED;
      warn(
          "Baggage members were left out of a call: {0}{1}; its limit was {2}, as"
              + " WaybillBuilder.limits and the other headers of the call leave them (metric"
              + " waybill.dropped counts the others)",
          null, first, more > 0 ? " and " + more + " more" : "", limit);
    }
  }

  /** Counts and says that {@code hook}, code of the user, threw; the request goes on. */
  public void hookFailed(String hook, Throwable failure) {
    drops.count(Outcome.HOOK_FAILED);
    if (isDue(nextHook)) {
      // The class only: a message of user code may hold a value.
      warn(
          "The {0} threw {1}; the request goes on without it",
          null, hook, failure.getClass().getName());
    }
  }

  /** Says that a call had the header of an identity field, which only Waybill writes. */
  public void headerTakenOut(String header, String field) {
    if (isDue(nextHeader)) {
      warn(
          "The application wrote the header {0} into a call, and it was taken out: it is the alias"
              + " of {1}, an identity field, which only Waybill writes (expected: identify or with,"
              + " and a destination that gets the field; metric waybill.dropped counts the others)",
          null, header, field);
    }
  }

  /** Says that a rule of set-up has released nothing to a call that it was meant for. */
  public void nearMiss(NearMiss missed, Destination destination) {
    warn(
        "Rule {0} released nothing to a call to {1}: {2} (see WaybillBuilder.destination; this is"
            + " said once for a rule)",
        null, missed.rule(), destination.toString(), missed.why());
  }

  /** Logs the stack that {@code leak} is; it is made by Waybill and holds no value. */
  void leaked(Throwable leak) {
    if (isDue(nextLeak)) {
      warn("A request leaked (metric waybill.leaked counts the others)", leak);
    }
  }

  /** One line for a request that has ended, for whoever asked for explanations. */
  public static void explained(DecisionLog decisions, Context request) {
    if (EXPLANATIONS.isLoggable(Level.FINE)) {
      log(EXPLANATIONS, () -> explanation(decisions, request));
    }
  }

  private static LogRecord explanation(DecisionLog decisions, Context request) {
    String trace = Span.fromContext(request).getSpanContext().getTraceId();
    return new LogRecord(Level.FINE, "trace " + trace + ", " + decisions.explanation());
  }

  /** Says why plain code sees nothing of a request. */
  public static void nothingMirrored() {
    warn(
        "Nothing of a request lies in OpenTelemetry Baggage: a plain baggage propagator is"
            + " configured, here or in GlobalOpenTelemetry, which would send it to any destination."
            + " Put WaybillPropagator in its place to have it there, or set mirrorIdentity(NEVER)"
            + " to silence this.",
        null);
  }

  /** Says that something of ours has failed inside an instrumentation, where nobody catches it. */
  public static void instrumentedFailed(Throwable failure) {
    if (isDue(NEXT_INSTRUMENTED)) {
      // The class only: the message may hold a value.
      warn(
          "Waybill failed with {0} inside an instrumentation; that call goes on without it",
          null, failure.getClass().getName());
    }
  }

  /** Says that baggage has come in that nobody was asked to admit. */
  public static void leftClosed() {
    if (isDue(NEXT_CLOSED)) {
      warn(
          "Baggage came in by an instrumentation that is neither an HTTP nor an RPC server's, and"
              + " nobody has opened a request for it (metric waybill.dropped counts them as"
              + " unopened)",
          null);
    }
  }

  /** Says, once for each, that a client's calls get nothing. */
  public static void redirectsUndecided(String instrumentation) {
    warn(
        "Calls by {0} get no baggage: it follows redirects and takes their headers along, to whomever"
            + " it is sent. If it follows none, or none that matter, say"
            + " waybill.redirects.trust={0}",
        null, instrumentation);
  }

  private static void warn(String message, @Nullable Throwable thrown, Object... parameters) {
    LogRecord record = new LogRecord(Level.WARNING, message);
    record.setThrown(thrown);
    record.setParameters(parameters);
    log(LOGGER, () -> record);
  }

  /** What a handler of the application throws, or a span that is asked, is not the request's. */
  private static void log(Logger logger, Supplier<LogRecord> made) {
    try {
      LogRecord record = made.get();
      record.setLoggerName(logger.getName());
      logger.log(record);
    } catch (Throwable handlerFailed) {
      // There is no other log to say it in.
    }
  }

  private static boolean isDue(AtomicLong next) {
    long due = next.get();
    long now = System.nanoTime();
    return now - due >= 0 && next.compareAndSet(due, now + PERIOD_NANOS);
  }
}
