package io.waybill.opentelemetry.autoconfigure;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.waybill.opentelemetry.logs.WaybillLogRecordProcessor;
import io.waybill.opentelemetry.spans.WaybillSpanProcessor;
import io.waybill.sdk.ScopeFields;
import java.util.function.Function;

/**
 * A part of OpenTelemetry's YAML that is named {@code waybill}. Each kind of part is a provider of
 * its own, since one has one type.
 */
abstract class WaybillComponent<T> implements ComponentProvider {
  private final Class<T> type;
  private final Function<DeclarativeConfigProperties, T> create;

  private WaybillComponent(Class<T> type, Function<DeclarativeConfigProperties, T> create) {
    this.type = type;
    this.create = create;
  }

  @Override
  public Class<T> getType() {
    return type;
  }

  @Override
  public String getName() {
    return Configured.NAME;
  }

  @Override
  public T create(DeclarativeConfigProperties properties) {
    return create.apply(properties);
  }

  /** {@code propagator: composite: [{waybill: {identities: [user.id]}}]}. */
  public static final class Propagator extends WaybillComponent<TextMapPropagator> {
    /** For {@link java.util.ServiceLoader}. */
    public Propagator() {
      super(
          TextMapPropagator.class,
          properties -> Configured.propagator(new YamlSettings(properties)));
    }
  }

  /** {@code tracer_provider: processors: [waybill:]}. */
  public static final class Spans extends WaybillComponent<SpanProcessor> {
    /** For {@link java.util.ServiceLoader}. */
    public Spans() {
      super(
          SpanProcessor.class,
          properties -> {
            YamlSettings.requireNone(properties);
            return WaybillSpanProcessor.create();
          });
    }
  }

  /** {@code logger_provider: processors: [waybill:]}. */
  public static final class LogRecords extends WaybillComponent<LogRecordProcessor> {
    /** For {@link java.util.ServiceLoader}. */
    public LogRecords() {
      super(
          LogRecordProcessor.class,
          properties -> {
            YamlSettings.requireNone(properties);
            return WaybillLogRecordProcessor.create(ScopeFields.declared());
          });
    }
  }
}
