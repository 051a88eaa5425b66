package io.waybill.examples.fields;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.util.UUID;

/**
 * Fields of your own: typed, checked when they are set, and each with its rule of where it goes.
 */
public final class Fields {
  enum Plan {
    FREE,
    GOLD
  }

  /** Travels; only code that checked it may say it, once. */
  static final BaggageField<UUID> TENANT = BaggageField.identity("tenant.id", FieldCodec.uuid());

  /** Travels; plain OpenTelemetry code may set it too. */
  static final BaggageField<Plan> PLAN =
      BaggageField.attribute("plan", FieldCodec.enumOf(Plan.class));

  /** Stays in this process. */
  static final LocalField<Integer> QUERIES = LocalField.named("queries");

  private Fields() {}

  /** Sets and reads them. */
  public static void main(String[] args) {
    Waybill waybill =
        Waybill.builder(OpenTelemetry.noop()).carry(TENANT).carry(PLAN).keep(QUERIES).build();
    waybill.request().with(PLAN, Plan.FREE).run(Fields::handle);
  }

  private static void handle() {
    RequestScope request = RequestScope.current();
    request.identify(TENANT, UUID.fromString("00000000-0000-0000-0000-000000000007"));
    quote();
    request.with(PLAN, Plan.GOLD).run(Fields::quote); // what would it cost with the other plan?
    quote();
    System.out.println("queries: " + request.get(QUERIES));
    try {
      request.identify(TENANT, UUID.fromString("00000000-0000-0000-0000-000000000008"));
    } catch (IllegalStateException secondClaim) {
      System.out.println(secondClaim.getMessage());
    }
  }

  private static void quote() {
    RequestScope.current().update(QUERIES, n -> n == null ? 1 : n + 1);
    Plan typed = RequestScope.current().require(PLAN);
    String plain = Baggage.current().getEntryValue("plan");
    System.out.println("plan " + typed + ", for plain OpenTelemetry code " + plain);
  }
}
