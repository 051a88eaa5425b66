package io.waybill.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import java.io.File;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Micrometer's tracing does not bring its metrics. */
class WithoutMetricsTest {

  @Test
  void traceContext_needsNoMetrics() throws Throwable {
    try (URLClassLoader loader =
        new URLClassLoader(withoutMetrics(), ClassLoader.getPlatformClassLoader())) {
      Class<?> front = loader.loadClass(WaybillMicrometer.class.getName());
      Class<?> current = loader.loadClass(OtelCurrentTraceContext.class.getName());

      assertThat(
              MethodHandles.publicLookup()
                  .findStatic(front, "currentTraceContext", MethodType.methodType(current))
                  .invoke())
          .isInstanceOf(current);
      assertThatThrownBy(() -> loader.loadClass(MeterBinder.class.getName()))
          .isInstanceOf(ClassNotFoundException.class);
    }
  }

  private static URL[] withoutMetrics() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.contains("micrometer-core"))
        .map(entry -> new File(entry).toURI())
        .map(WithoutMetricsTest::url)
        .toArray(URL[]::new);
  }

  private static URL url(URI uri) {
    try {
      return uri.toURL();
    } catch (MalformedURLException no) {
      throw new IllegalArgumentException(no);
    }
  }
}
