package io.waybill.sdk;

import io.opentelemetry.context.Context;
import io.waybill.sdk.policy.Peer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who opens the requests that a propagator finds: a Waybill, of here or of an application. */
interface Receiver {
  /** Returns the headers that are read, in lower case; null if all are. */
  @Nullable Set<String> headers();

  /**
   * Opens the request as far as it is admitted.
   *
   * @param shows whether its Baggage lies beside it for plain code: there is one, and of several
   *     requests none may look like another's
   * @return null if the operation is skipped
   */
  @Nullable Opened open(
      Context extracted,
      Map<String, List<String>> headers,
      Peer peer,
      String operation,
      boolean shows);

  /** Counts a request with baggage that no instrumentation has had opened. */
  void leftClosed();

  /** A request that was opened. */
  interface Opened {
    /** Returns the Context that has it. */
    Context context();

    /** Shows on the span in {@code context} what becomes known later. */
    void started(Context context);

    void end();
  }
}
