package io.waybill.examples.beside;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.Filter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;

/** Waybill, whose set-up names the partner and what it gets. */
final class WithWaybill implements Library {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());
  private static final BaggageField<String> LOCALE =
      BaggageField.attribute("locale", FieldCodec.string());

  private final Waybill waybill;
  private final HttpClient client;

  WithWaybill(URI partner) {
    waybill =
        Waybill.builder(OpenTelemetry.noop())
            .carry(USER)
            .carry(PLAN)
            .carry(LOCALE)
            .destination(partner.toString(), TrustZone.PARTNER, LOCALE)
            .build();
    client = WaybillHttpClient.newBuilder(waybill).followRedirects(Redirect.NORMAL).build();
  }

  @Override
  public Filter filter() {
    return WaybillFilter.of(waybill);
  }

  @Override
  public @Nullable String value(String name) {
    RequestScope scope = RequestScope.current();
    return scope.get(name.equals(USER.name()) ? USER : PLAN);
  }

  @Override
  public void asBen(Call call) throws Exception {
    RequestScope scope = RequestScope.current();
    scope.identify(USER, "ben");
    scope.with(LOCALE, "fr-FR").call(call::make);
  }

  @Override
  public int get(URI uri) throws Exception {
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode();
  }
}
