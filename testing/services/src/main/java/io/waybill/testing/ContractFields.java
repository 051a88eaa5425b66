package io.waybill.testing;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;

/** The fields that the services of the contracts carry. */
final class ContractFields {
  static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string().maxLength(128));
  static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());

  /** Declared by those services that have it in a header of its own. */
  static final BaggageField<String> ALIASED =
      BaggageField.identity("account.id", FieldCodec.string());

  static final BaggageField<String> PLAN = BaggageField.attribute("plan", FieldCodec.string());
  static final LocalField<char[]> TOKEN = LocalField.secret("token");

  /** Stands nowhere else, so that a text that holds it has it from there. */
  static final String SECRET = "s3cret-of-the-contract";

  private ContractFields() {}

  static WaybillBuilder setUp(OpenTelemetry openTelemetry) {
    return Waybill.builder(openTelemetry)
        .carry(USER)
        .carry(TENANT)
        .carry(PLAN)
        .keep(TOKEN)
        .leakDetection(LeakDetection.STRICT);
  }

  /** Returns the user of the current request, or "nobody". */
  static String user() {
    RequestScope scope = RequestScope.currentOrNull();
    String user = scope == null ? null : scope.get(USER);
    return user == null ? "nobody" : user;
  }
}
