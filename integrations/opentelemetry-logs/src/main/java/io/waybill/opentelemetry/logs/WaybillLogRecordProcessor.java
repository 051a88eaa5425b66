package io.waybill.opentelemetry.logs;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.ScopeFields;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts fields of the request that a log record is emitted for on that record, as attributes of
 * strings.
 *
 * <pre>{@code
 * SdkLoggerProvider.builder()
 *     .addLogRecordProcessorFirst(WaybillLogRecordProcessor.create(BaggageField.REQUEST_ID, USER))
 * }</pre>
 *
 * <p>It has to stand before the processor that exports. With the autoconfigured SDK, {@code
 * addLoggerProviderCustomizer((builder, config) -> builder.addLogRecordProcessorFirst(..))} puts it
 * there.
 *
 * <p><b>Shape.</b> The value as it is, not escaped: an attribute is no line.
 *
 * <p><b>Absence.</b> A record of no request, and a field without a value, get no attribute. An
 * attribute of the same name that the record has already is replaced while the field has a value.
 *
 * <p><b>Threading.</b> Any thread: the request is the one in the Context of the record.
 */
public final class WaybillLogRecordProcessor implements LogRecordProcessor {
  private final ScopeFields fields;
  // One for each name: a key keeps its encoded bytes, for exporters.
  private final Map<String, AttributeKey<String>> keys = new ConcurrentHashMap<>();

  private WaybillLogRecordProcessor(ScopeFields fields) {
    this.fields = fields;
  }

  /** Returns a processor that puts {@code fields} on records, each under its own name. */
  public static WaybillLogRecordProcessor create(BaggageField<?>... fields) {
    return create(ScopeFields.of(fields));
  }

  /** Returns a processor that puts {@code fields} on records, under the names chosen there. */
  public static WaybillLogRecordProcessor create(ScopeFields fields) {
    return new WaybillLogRecordProcessor(requireNonNull(fields, "fields"));
  }

  @Override
  public void onEmit(Context context, ReadWriteLogRecord record) {
    RequestScope scope = RequestScope.fromContextOrNull(context);
    if (scope != null) {
      fields.forEach(scope, (name, text) -> record.setAttribute(key(name), text));
    }
  }

  private AttributeKey<String> key(String name) {
    return keys.computeIfAbsent(name, AttributeKey::stringKey);
  }
}
