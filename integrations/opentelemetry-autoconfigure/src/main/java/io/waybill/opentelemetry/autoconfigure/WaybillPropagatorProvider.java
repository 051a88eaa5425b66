package io.waybill.opentelemetry.autoconfigure;

import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurablePropagatorProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * Has {@code waybill} stand in {@code otel.propagators}, with what the properties {@code waybill.*}
 * and the environment variables {@code WAYBILL_*} say.
 */
public final class WaybillPropagatorProvider implements ConfigurablePropagatorProvider {

  /** For {@link java.util.ServiceLoader}. */
  public WaybillPropagatorProvider() {}

  @Override
  public TextMapPropagator getPropagator(ConfigProperties properties) {
    return Configured.propagator(key -> text(properties, key));
  }

  /** The name of a variable has an underscore for a dot, and so none is left where it is read. */
  private static @Nullable String text(ConfigProperties properties, String key) {
    String text = properties.getString(key);
    String variable = key.indexOf('_') < 0 ? text : properties.getString(key.replace('_', '.'));
    if (text != null && variable != null && !text.equals(variable)) {
      throw new ConfigurationException(
          key
              + ": \""
              + text
              + "\", and with a dot for each _, as a variable is read, \""
              + variable
              + "\" (expected: one of the two)");
    }
    return text == null ? variable : text;
  }

  @Override
  public String getName() {
    return Configured.NAME;
  }
}
