package io.waybill.log4j2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.util.ContextDataProvider;
import org.junit.jupiter.api.Test;

/** Installed twice, closed in any order; found by Log4j, in any order of the class path. */
class InstallTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());

  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop()).carry(USER).carry(PLAN).build();

  @Test
  void close_innerFirst() {
    WaybillThreadContext outer = WaybillThreadContext.install(USER);
    WaybillThreadContext inner = WaybillThreadContext.install(PLAN);

    assertThat(shown()).isEqualTo("user=u-1 plan=gold");
    inner.close();
    assertThat(shown()).isEqualTo("user=u-1 plan=");
    outer.close();
    assertThat(shown()).isEqualTo("user= plan=");
  }

  @Test
  void close_outerFirstAndTwice() {
    ScopeFields both = ScopeFields.of(USER, PLAN);
    WaybillThreadContext outer = WaybillThreadContext.install(both);
    WaybillThreadContext inner = WaybillThreadContext.install(both);

    outer.close();
    outer.close();
    assertThat(shown()).isEqualTo("user=u-1 plan=gold");
    inner.close();
    assertThat(shown()).isEqualTo("user= plan=");
  }

  @Test
  void install_laterOneWinsAName() {
    WaybillThreadContext outer = WaybillThreadContext.install(USER);
    WaybillThreadContext inner = WaybillThreadContext.install(ScopeFields.of().as(PLAN, "user.id"));

    assertThat(shown()).isEqualTo("user=gold plan=");
    inner.close();
    assertThat(shown()).isEqualTo("user=u-1 plan=");
    outer.close();
  }

  @Test
  void threadContext_isNeverTouched() {
    ThreadContext.put("mine", "1");
    try (WaybillThreadContext ignored = WaybillThreadContext.install(USER)) {
      waybill
          .request()
          .with(USER, "u-1")
          .run(() -> assertThat(ThreadContext.getImmutableContext()).containsOnlyKeys("mine"));
    } finally {
      ThreadContext.clearMap();
    }
  }

  @Test
  void serviceFiles_inEitherOrderLetOursWin() {
    ClassLoader ours = getClass().getClassLoader();

    assertThat(oursAndLog4js(ours)).isEqualTo(oursAndLog4js(reversed(ours)));
    assertThat(oursAndLog4js(ours))
        .containsExactly("ThreadContextDataProvider", "ScopeContextData");
  }

  @Test
  void install_whereTheServiceFileWasLost() {
    ClassLoader without =
        new ClassLoader(getClass().getClassLoader()) {
          @Override
          public Enumeration<URL> getResources(String name) {
            return Collections.emptyEnumeration();
          }
        };

    assertThatIllegalStateException()
        .isThrownBy(() -> WaybillThreadContext.requireFound(without))
        .withMessageContaining("META-INF/services/")
        .withMessageContaining("expected: ");
  }

  private static List<String> oursAndLog4js(ClassLoader loader) {
    List<String> found = new ArrayList<>();
    ServiceLoader.load(ContextDataProvider.class, loader).stream()
        .forEach(provider -> found.add(provider.type().getSimpleName()));
    return found;
  }

  private static ClassLoader reversed(ClassLoader loader) {
    return new ClassLoader(loader) {
      @Override
      public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> urls = Collections.list(getParent().getResources(name));
        assertThat(urls).hasSizeGreaterThan(1);
        Collections.reverse(urls);
        return Collections.enumeration(urls);
      }
    };
  }

  private String shown() {
    try (Written written = Written.at("user=%X{user.id} plan=%X{plan}%n")) {
      waybill.request().with(USER, "u-1").with(PLAN, "gold").run(() -> written.logger.info("said"));
      return written.lines().get(0);
    }
  }
}
