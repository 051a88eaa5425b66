package io.waybill.http.apache;

import java.time.Duration;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** How long a caller waits for a renewal: as long as for an answer. */
final class Patience {
  private Patience() {}

  /** Returns null where nothing is set. */
  static @Nullable Duration of(HttpClientContext context) {
    Timeout timeout = context.getRequestConfigOrDefault().getResponseTimeout();
    return timeout == null || timeout.isDisabled() ? null : timeout.toDuration();
  }
}
