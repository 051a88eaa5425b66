package io.waybill.http.servlet;

import static io.waybill.http.servlet.TestServer.PLAN;
import static io.waybill.http.servlet.TestServer.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that knows OpenTelemetry alone calls a server of ours. */
@ParameterizedClass
@MethodSource("io.waybill.http.servlet.Container#all")
class OpenTelemetryOnlyClientTest {
  private final TestServer server;

  OpenTelemetryOnlyClientTest(Container container) {
    server = new TestServer(container);
  }

  @BeforeEach
  void install() {
    server.page(
        "/both",
        (request, response) -> {
          Baggage plain = Baggage.current();
          RequestScope typed = RequestScope.current();
          response
              .getWriter()
              .print(
                  String.join(
                      " ",
                      "user:" + typed.get(USER) + "/" + plain.getEntryValue("user.id"),
                      "plan:" + typed.get(PLAN) + "/" + plain.getEntryValue("plan"),
                      "region:" + plain.getEntryValue("region")));
        });
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void trustedClient_isReadTheSameByBoth() throws Exception {
    serve(server.waybill().build());

    assertThat(call()).isEqualTo("user:u é/u é plan:gold/gold region:e,u");
  }

  @Test
  void serverWithAPlainPropagator_showsPlainCodeNothing() throws Exception {
    OpenTelemetrySdk plain =
        OpenTelemetrySdk.builder().setPropagators(ContextPropagators.create(propagator())).build();
    serve(Waybill.builder(plain).carry(USER).carry(PLAN).peers(peer -> TrustZone.OWN).build());

    assertThat(call()).isEqualTo("user:u é/null plan:gold/null region:null");
  }

  @Test
  void publicClient_bringsAdmittedAttributesOnly() throws Exception {
    serve(
        Waybill.builder(server.openTelemetry())
            .carry(USER)
            .carry(PLAN, rule -> rule.admitFrom(TrustZone.PUBLIC))
            .build());

    assertThat(call()).isEqualTo("user:null/null plan:gold/gold region:null");
  }

  private void serve(Waybill waybill) throws Exception {
    server.filter(
        (request, response, chain) -> {
          response.setCharacterEncoding("utf-8");
          chain.doFilter(request, response);
        });
    server.filter(WaybillFilter.of(waybill)).start();
  }

  private String call() throws Exception {
    Baggage baggage =
        Baggage.builder().put("user.id", "u é").put("plan", "gold").put("region", "e,u").build();
    HttpRequest.Builder request = HttpRequest.newBuilder(server.request("/both").uri());
    propagator().inject(Context.root().with(baggage), request, HttpRequest.Builder::setHeader);
    return server.client().send(request.build(), BodyHandlers.ofString()).body();
  }

  private static TextMapPropagator propagator() {
    return TextMapPropagator.composite(
        W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());
  }
}
