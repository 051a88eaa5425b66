package io.waybill.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.Fixture.Lines;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A service that has OpenTelemetry's API and not its SDK, as one under the Java agent. */
class OnlyTheApiTest {

  @Test
  void request_withoutTheSdkOnTheClassPath() throws Exception {
    try (URLClassLoader onlyTheApi =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> onlyTheApi.loadClass("io.opentelemetry.sdk.trace.ReadableSpan"))
          .isInstanceOf(ClassNotFoundException.class);

      Object sent = onlyTheApi.loadClass(Hop.class.getName()).getMethod("pass").invoke(null);

      assertThat(sent).isEqualTo("request.id=r-1,user.id=u-17");
    }
  }

  private static URL[] classPath() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!path.contains("opentelemetry-sdk")) {
        urls.add(new File(path).toURI().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  /** One hop, with a span that another library has started within. */
  public static final class Hop {
    private static final BaggageField<String> USER =
        BaggageField.identity("user.id", FieldCodec.string());

    /** Returns the baggage that the next hop receives. */
    public static String pass() {
      Waybill waybill =
          Waybill.builder(OpenTelemetry.noop())
              .carry(USER)
              .peers(peer -> TrustZone.OWN)
              .destination("http://own.internal", TrustZone.OWN)
              .build();
      IncomingCall request =
          waybill.receive(
              Lines.of("baggage: request.id=r-1,user.id=u-17"),
              Lines.GETTER,
              Peer.unverified(null, null),
              "GET",
              span -> {});
      Map<String, String> sent = new HashMap<>();
      try (Scope ignored = request.context().makeCurrent();
          Scope within = Context.current().with(othersSpan()).makeCurrent()) {
        RequestScope.current().require(USER);
        send(waybill, sent);
      }
      request.end();
      return sent.get("baggage");
    }

    private static void send(Waybill waybill, Map<String, String> headers) {
      Destination own = Destination.of(URI.create("http://own.internal"));
      OutgoingCall call = waybill.send(Context.current(), own);
      try (Scope ignored = call.context().makeCurrent()) {
        call.start(Map.of(), Lines.GETTER, "GET", span -> {});
      }
      call.inject(headers, Map::put, List.of(), waybill.limits().httpBytes());
    }

    private static Span othersSpan() {
      return Span.wrap(
          SpanContext.create(
              "0af7651916cd43dd8448eb211c80319c",
              "b7ad6b7169203331",
              TraceFlags.getSampled(),
              TraceState.getDefault()));
    }
  }
}
