package io.waybill.opentelemetry.spans;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.ScopeFields;

/**
 * Puts fields of the request that a span is started in on that span, as attributes of strings.
 * Without it they are on the CLIENT and SERVER spans of calls only.
 *
 * <pre>{@code
 * SdkTracerProvider.builder()
 *     .addSpanProcessor(WaybillSpanProcessor.create())
 * }</pre>
 *
 * <p><b>Shape.</b> The value as it is, under the name of the field or the one chosen by {@link
 * ScopeFields}.
 *
 * <p><b>Absence.</b> A span that is started in no request, and a field without a value at that
 * moment, get no attribute: a later {@code identify} is seen on spans started later, and on the
 * request's own. An attribute of the same name that the span has already is replaced.
 *
 * <p>Where another instrumentation starts its CLIENT or SERVER span inside of Waybill's, the log
 * {@code io.waybill} has one warning for each adapter, which names the fix.
 *
 * <p><b>Threading.</b> Any thread: the request is the one in the Context of the span's parent.
 */
public final class WaybillSpanProcessor implements SpanProcessor {
  private final ScopeFields fields;
  private final NestedTracing nested = new NestedTracing();

  private WaybillSpanProcessor(ScopeFields fields) {
    this.fields = fields;
  }

  /** Returns a processor that puts all fields on spans that the request's set-up declares. */
  public static WaybillSpanProcessor create() {
    return create(ScopeFields.declared());
  }

  /** Returns a processor that puts {@code fields} on spans, each under its own name. */
  public static WaybillSpanProcessor create(BaggageField<?>... fields) {
    return create(ScopeFields.of(fields));
  }

  /** Returns a processor that puts {@code fields} on spans, under the names chosen there. */
  public static WaybillSpanProcessor create(ScopeFields fields) {
    return new WaybillSpanProcessor(requireNonNull(fields, "fields"));
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {
    nested.look(parent, span);
    RequestScope scope = RequestScope.fromContextOrNull(parent);
    if (scope != null && !hasThem(span)) {
      fields.showOn(span, scope);
    }
  }

  /** Waybill's own spans are started with all fields that are declared. */
  private boolean hasThem(ReadWriteSpan span) {
    return fields == ScopeFields.declared() && NestedTracing.isOurs(span);
  }

  @Override
  public boolean isStartRequired() {
    return true;
  }

  @Override
  public void onEnd(ReadableSpan span) {}

  @Override
  public boolean isEndRequired() {
    return false;
  }
}
