package io.waybill.sdk;

import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.RequestScope;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Applications that have Waybill in class loaders of their own, and a propagator that has none of
 * their classes, as under the Java agent.
 */
class ApplicationsTest {
  private static final Peer ORDERS = Peer.verified(Set.of("dns:orders.internal"), null, null);
  private static final Peer STRANGER = Peer.unverified(null, null);

  private final Fixture fixture = new Fixture();
  private final OpenTelemetrySdk telemetry = fixture.telemetry();
  private final TextMapPropagator propagator = telemetry.getPropagators().getTextMapPropagator();

  @BeforeEach
  void global() {
    GlobalOpenTelemetry.resetForTest();
    GlobalOpenTelemetry.set(telemetry);
  }

  @AfterEach
  void noGlobal() {
    GlobalOpenTelemetry.resetForTest();
  }

  /** Loads all of Waybill again; OpenTelemetry is that of everybody. */
  private static final class WebApplication extends URLClassLoader {
    private final UnaryOperator<String> code;

    WebApplication() throws Exception {
      this("doubting");
    }

    WebApplication(String policy) throws Exception {
      super(classPath(), ApplicationsTest.class.getClassLoader());
      this.code = newCode();
      assertThat(code.apply(policy)).isEqualTo("set up");
    }

    @SuppressWarnings("unchecked") // by its class
    private UnaryOperator<String> newCode() throws ReflectiveOperationException {
      return (UnaryOperator<String>)
          loadClass(Code.class.getName()).getDeclaredConstructor().newInstance();
    }

    private static URL[] classPath() throws MalformedURLException {
      List<URL> urls = new ArrayList<>();
      for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
        urls.add(new File(path).toURI().toURL());
      }
      return urls.toArray(URL[]::new);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null && name.startsWith("io.waybill.")) {
          loaded = findClass(name);
        }
        return loaded == null ? super.loadClass(name, resolve) : loaded;
      }
    }

    /** Runs its code in {@code context}, on a thread that is its own. */
    String run(Context context, String what) {
      try (Scope ignored = context.makeCurrent()) {
        return running(() -> code.apply(what));
      }
    }

    <T> T running(java.util.function.Supplier<T> task) {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(this);
      try {
        return task.get();
      } finally {
        thread.setContextClassLoader(before);
      }
    }
  }

  /** The code of an application. */
  public static final class Code implements UnaryOperator<String> {
    private @Nullable Waybill waybill;

    private static Waybill waybill(String policy) {
      WaybillBuilder builder =
          new Fixture()
              .service(GlobalOpenTelemetry.get())
              .skip("/health"::equals)
              .leakDetection(LeakDetection.STRICT);
      if (policy.equals("identifying")) {
        builder.onRequest((request, scope) -> scope.identify(Fixture.USER, "hooked"));
      }
      boolean believes = policy.equals("believing");
      return builder
          .peers(
              peer ->
                  believes || !peer.verifiedNames().isEmpty() ? TrustZone.OWN : TrustZone.PUBLIC)
          .build();
    }

    @Override
    public String apply(String what) {
      if (waybill == null) {
        waybill = waybill(what);
        return "set up";
      }
      if (what.equals("leaks")) {
        waybill.requireNoLeaks();
        return "none";
      }
      RequestScope scope = RequestScope.currentOrNull();
      if (scope == null) {
        return "no request";
      }
      if (what.startsWith("identify ")) {
        scope.identify(Fixture.USER, what.substring("identify ".length()));
      } else if (what.equals("set")) {
        scope.set(Fixture.TOKEN, "secret".toCharArray());
      } else if (what.equals("token")) {
        return new String(scope.get(Fixture.TOKEN));
      } else if (what.equals("plan")) {
        return String.valueOf(scope.get(Fixture.PLAN));
      } else if (what.equals("ended")) {
        return String.valueOf(scope.isEnded());
      }
      return String.valueOf(scope.get(Fixture.USER));
    }
  }

  private Context received(Peer peer, String operation, String... headers) {
    Context extracted =
        propagator.extract(Context.root(), Fixture.Lines.of(headers), Fixture.Lines.GETTER);
    return InstrumentedCalls.receiving(extracted, peer, sender -> sender, operation);
  }

  private String sent(Context caller, Destination destination) {
    Map<String, String> carrier = new HashMap<>();
    propagator.inject(
        InstrumentedCalls.calling(caller, destination, "shop.client", true), carrier, Map::put);
    return carrier.getOrDefault("baggage", "nothing");
  }

  @Test
  void application_hasTheRequest() throws Exception {
    try (WebApplication application = new WebApplication()) {
      Context believed = received(ORDERS, "/orders", "baggage: user.id=u-1");
      Context stranger = received(STRANGER, "/orders", "baggage: user.id=admin");

      assertThat(application.run(believed, "user")).isEqualTo("u-1");
      assertThat(application.run(stranger, "user")).isEqualTo("null");
      assertThat(application.run(stranger, "identify u-2")).isEqualTo("u-2");
      assertThat(application.running(() -> sent(believed, OWN))).contains("user.id=u-1");
      assertThat(application.running(() -> sent(stranger, OWN))).contains("user.id=u-2");
      assertThat(application.running(() -> sent(stranger, UNKNOWN))).isEqualTo("nothing");
      assertThat(RequestScope.fromContextOrNull(believed)).isNull(); // that is another's class

      List.of(believed, stranger).forEach(InstrumentedCalls::ended);
      assertThat(application.run(believed, "ended")).isEqualTo("true");
      assertThat(application.run(Context.root(), "leaks")).isEqualTo("none");
    }
  }

  @Test
  void request_isWhereTheApplicationLeavesIt() throws Exception {
    try (WebApplication application = new WebApplication()) {
      Context received = received(ORDERS, "/orders");
      application.run(received, "set");

      assertThat(application.run(received, "token")).isEqualTo("secret");
      assertThat(application.run(received(ORDERS, "/health"), "user")).isEqualTo("no request");
      assertThat(application.run(Context.root(), "user")).isEqualTo("no request");
      InstrumentedCalls.ended(received);
    }
  }

  /** What the operator has set up is for applications that have no policy. */
  @Test
  void application_wins() throws Exception {
    Waybill operators = fixture.service(telemetry).build();
    InstrumentedCalls.install(telemetry, operators);
    try (WebApplication application = new WebApplication()) {
      Context received = received(STRANGER, "/orders", "baggage: user.id=u-1");

      assertThat(RequestScope.fromContextOrNull(received).get(Fixture.USER)).isEqualTo("u-1");
      assertThat(application.run(received, "user")).isEqualTo("null");
      assertThat(application.running(() -> sent(received, OWN))).doesNotContain("user.id");
      InstrumentedCalls.ended(received);
    }
  }

  /** Of one application plain code sees what it admitted, whatever the operator's policy is. */
  @Test
  void oneApplication_showsInBaggage() throws Exception {
    InstrumentedCalls.install(telemetry, fixture.service(telemetry).build());
    try (WebApplication application = new WebApplication()) {
      Context believed = received(ORDERS, "/orders", "baggage: user.id=u-1");
      Context stranger = received(STRANGER, "/orders", "baggage: user.id=u-1,plan=GOLD");

      assertThat(Baggage.fromContext(believed).getEntryValue("user.id")).isEqualTo("u-1");
      assertThat(Baggage.fromContext(stranger).getEntryValue("plan")).isNull();
      assertThat(application.run(stranger, "plan")).isEqualTo("null");
      List.of(believed, stranger).forEach(InstrumentedCalls::ended);
    }
  }

  /** What one of them has admitted is no baggage of plain code for another. */
  @Test
  void severalApplications_shareNoBaggage() throws Exception {
    InstrumentedCalls.install(telemetry, fixture.service(telemetry).build());
    try (WebApplication doubting = new WebApplication();
        WebApplication believing = new WebApplication("believing")) {
      Context received = received(STRANGER, "/orders", "baggage: user.id=u-1,plan=GOLD");

      assertThat(Baggage.fromContext(received).asMap()).isEmpty();
      assertThat(believing.run(received, "user") + believing.run(received, "plan"))
          .isEqualTo("u-1GOLD");
      assertThat(doubting.run(received, "user") + doubting.run(received, "plan"))
          .isEqualTo("nullnull");
      assertThat(doubting.running(() -> sent(received, OWN))).doesNotContain("u-1", "GOLD");
      InstrumentedCalls.ended(received);
    }
  }

  /** What one of them has put there before it ran is nothing that came in. */
  @Test
  void severalApplications_takeNothingFromEachOther() throws Exception {
    try (WebApplication one = new WebApplication("identifying");
        WebApplication other = new WebApplication("believing")) {
      Context received = received(STRANGER, "/orders");

      assertThat(one.run(received, "user")).isEqualTo("hooked");
      assertThat(other.run(received, "user")).isEqualTo("null");
      InstrumentedCalls.ended(received);
    }
  }

  /** Each has its own request, and sends it; on a thread that may be of either, nobody does. */
  @Test
  void twoApplications_keepTheirOwn() throws Exception {
    try (WebApplication one = new WebApplication();
        WebApplication other = new WebApplication()) {
      Context received = received(STRANGER, "/orders");
      one.run(received, "identify u-1");
      other.run(received, "identify u-2");

      assertThat(one.running(() -> sent(received, OWN))).contains("user.id=u-1");
      assertThat(other.running(() -> sent(received, OWN))).contains("user.id=u-2");
      assertThat(sent(received, OWN)).isEqualTo("nothing");
      InstrumentedCalls.ended(received);
      assertThat(one.run(received, "leaks") + other.run(received, "leaks")).isEqualTo("nonenone");
    }
  }

  @Test
  void undeployed_isLetGo() throws Exception {
    Waybill operators = fixture.service(telemetry).build();
    InstrumentedCalls.install(telemetry, operators);
    WeakReference<WebApplication> undeployed = new WeakReference<>(deployed());
    for (int i = 0; undeployed.get() != null && i < 50; i++) {
      System.gc();
    }
    assertThat(undeployed.get()).isNull();
    Context received = received(STRANGER, "/orders", "baggage: user.id=u-1");

    assertThat(sent(received, OWN)).contains("user.id=u-1");
    assertThat(Baggage.fromContext(received).getEntryValue("user.id")).isEqualTo("u-1");
    InstrumentedCalls.ended(received);
  }

  private WebApplication deployed() throws Exception {
    try (WebApplication application = new WebApplication()) {
      Context received = received(ORDERS, "/orders", "baggage: user.id=u-1");
      assertThat(application.run(received, "user")).isEqualTo("u-1");
      InstrumentedCalls.ended(received);
      return application;
    }
  }

  /** As by a message consumer: the application counts it, whose policy would have decided. */
  @Test
  void unopened_isCountedByTheApplication() throws Exception {
    try (WebApplication application = new WebApplication()) {
      for (int i = 0; i < 100; i++) {
        propagator.extract(
            Context.root(), Fixture.Lines.of("baggage: user.id=u-1"), Fixture.Lines.GETTER);
      }

      assertThat(fixture.dropped(Outcome.UNOPENED)).isPositive();
      assertThat(application.run(Context.root(), "leaks")).isEqualTo("none");
    }
  }

  /** An application that fails takes nothing from the others, and nothing from the call. */
  @Test
  void failing_isLeftOut() throws IOException {
    GlobalOpenTelemetry.getPropagators()
        .getTextMapPropagator()
        .inject(
            Context.root(),
            Map.entry(
                "io.waybill.application/1",
                (java.util.function.BiFunction<String, Object[], Object>)
                    (what, of) -> {
                      throw new IllegalStateException(what);
                    }),
            (carrier, name, value) -> {});

    assertThat(sent(received(ORDERS, "/orders", "baggage: user.id=u-1"), OWN)).isEqualTo("nothing");
  }
}
