package io.waybill.opentelemetry.instrumentation;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import org.junit.jupiter.api.Test;

/** Set-up that would lose identity silently is refused, and says what is missing. */
class WaybillInstrumentationTest {
  private static final String INCUBATOR = "io.opentelemetry.instrumentation.api.incubator.";
  private static final String SERVICE =
      "META-INF/services/" + INCUBATOR + "instrumenter.InstrumenterCustomizerProvider";

  private final OpenTelemetrySdk telemetry = Shop.telemetry();
  private final Waybill waybill = Waybill.builder(telemetry).build();

  @Test
  void install_isReached() {
    WaybillInstrumentation.install(telemetry, waybill);
  }

  @Test
  void install_needsThePropagator() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                WaybillInstrumentation.install(
                    Shop.telemetry(W3CBaggagePropagator.getInstance()), waybill))
        .withMessageContaining("otel.propagators=tracecontext,waybill");
    assertThatIllegalStateException()
        .isThrownBy(() -> WaybillInstrumentation.install(OpenTelemetry.noop(), waybill));
    assertThatNullPointerException()
        .isThrownBy(() -> WaybillInstrumentation.install(telemetry, null))
        .withMessage("waybill");
  }

  /** As where a shaded jar has lost the file, or this jar lies where theirs does not look. */
  @Test
  void install_needsToBeLoaded() {
    assertThatIllegalStateException()
        .isThrownBy(() -> installWithout(SERVICE))
        .withMessageContaining("does not ask Waybill")
        .withMessageContaining("opentelemetry-instrumentation-api-incubator")
        .withMessageContaining("META-INF/services");
  }

  @Test
  void install_needsTheIncubator() {
    assertThatIllegalStateException()
        .isThrownBy(() -> installWithout(INCUBATOR))
        .withMessageContaining("opentelemetry-instrumentation-api-incubator")
        .withMessageContaining("2.23");
  }

  @Test
  void install_needsTheInstrumentation() {
    assertThatIllegalStateException()
        .isThrownBy(() -> installWithout("io.opentelemetry.instrumentation.api.instrumenter."))
        .withMessageContaining("opentelemetry-instrumentation-api")
        .withMessageContaining("2.23");
  }

  /** Before 2.22 nobody could be asked what it is. */
  @Test
  void install_needsTheFloor() {
    assertThatIllegalStateException()
        .isThrownBy(() -> installWithout(INCUBATOR + "instrumenter.InstrumenterCustomizer$"))
        .withMessageContaining("2.23");
  }

  /** Few have all that is read, and most have no gRPC. */
  @Test
  void install_needsNoServer() throws Throwable {
    installWithout("io.grpc.");
  }

  private void installWithout(String missing) throws Throwable {
    Without loader = new Without(missing);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Class<?> entry = Class.forName(WaybillInstrumentation.class.getName(), true, loader);
      MethodHandles.publicLookup()
          .findStatic(
              entry,
              "install",
              MethodType.methodType(void.class, OpenTelemetry.class, Waybill.class))
          .invoke(telemetry, waybill);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Loads what is ours and the instrumentation's anew, as if something were not there. */
  private static final class Without extends ClassLoader {
    private final String missing;

    Without(String missing) {
      super(Without.class.getClassLoader());
      this.missing = missing;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(missing)) {
        throw new ClassNotFoundException(name);
      }
      boolean anew =
          name.startsWith("io.opentelemetry.instrumentation.")
              || name.startsWith("io.waybill.opentelemetry.instrumentation.");
      if (!anew) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? define(name) : loaded;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException unreadable) {
        throw new ClassNotFoundException(name, unreadable);
      }
    }

    @Override
    public URL getResource(String name) {
      return name.equals(missing) ? null : super.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(missing) ? Collections.emptyEnumeration() : super.getResources(name);
    }
  }
}
