package io.waybill.examples.spring;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import org.jspecify.annotations.Nullable;

/**
 * What a service sees of a request where it stands: the number came in the payload, all else is
 * read from where it should be. One line, with a space between entries.
 */
public final class Seen {
  private Seen() {}

  /** Returns what is seen here and now, in {@code scope} and on the current thread. */
  public static String by(String service, long number, @Nullable RequestScope scope) {
    SpanContext span = Span.current().getSpanContext();
    return "service=%s number=%d request.id=%s user.id=%s tenant.id=%s trace=%s span=%s"
        .formatted(
            service,
            number,
            text(scope, BaggageField.REQUEST_ID),
            text(scope, ShopFields.USER),
            text(scope, ShopFields.TENANT),
            span.getTraceId(),
            span.getSpanId());
  }

  /** Returns what is seen here and now. */
  public static String by(String service, long number) {
    return by(service, number, RequestScope.currentOrNull());
  }

  private static String text(@Nullable RequestScope scope, BaggageField<String> field) {
    String value = scope == null ? null : scope.get(field);
    return value == null ? "-" : value;
  }
}
