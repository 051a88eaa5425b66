package io.waybill.examples.clients;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Calls a service for a user by several clients, also where it redirects to somebody else. */
public final class Clients {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());

  private Clients() {}

  /** Calls by each. */
  public static void main(String[] args) throws Exception {
    Map<String, Function<Waybill, Caller>> callers = new LinkedHashMap<>();
    callers.put("Apache", ByApache::new);
    callers.put("Apache, async", ByApacheAsync::new);
    callers.put("RestClient", ByRestClient::new);
    callers.put("Retrofit", ByRetrofit::new);
    callers.put("Feign", ByFeign::new);
    try (Orders orders = Orders.start()) {
      for (Map.Entry<String, Function<Waybill, Caller>> entry : callers.entrySet()) {
        call(entry.getKey(), entry.getValue(), orders);
      }
    }
  }

  private static void call(String name, Function<Waybill, Caller> maker, Orders orders)
      throws Exception {
    Waybill waybill =
        Waybill.builder(OpenTelemetry.noop())
            .carry(USER)
            .destination(orders.origin(), TrustZone.OWN)
            .build();
    try (Caller caller = maker.apply(waybill)) {
      String ours = get(waybill, caller, orders.origin() + "/orders");
      String strangers = get(waybill, caller, orders.origin() + "/moved");
      System.out.printf("%s: %s; redirected to a stranger: %s%n", name, ours, strangers);
    }
  }

  private static String get(Waybill waybill, Caller caller, String url) throws Exception {
    return waybill.request().with(USER, "ada").call(() -> caller.get(url));
  }
}
