package io.waybill.beside.micrometer;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;

/** The fields of the tests, and what code at any depth sees of them. */
final class Identities {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final BaggageField<String> PLAN = BaggageField.attribute("plan", FieldCodec.string());

  private Identities() {}

  static String seen() {
    RequestScope scope = RequestScope.currentOrNull();
    return scope == null ? "nobody" : scope.get(USER) + " " + scope.get(PLAN);
  }
}
