package io.waybill.spring.logging;

import io.waybill.BaggageField;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import io.waybill.spring.WaybillProperties;
import io.waybill.spring.WaybillSetUpException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The fields that {@code waybill.logging.fields} names; without it, all that are declared. */
record LoggedFields(ScopeFields shown) {
  private static final String KEY = "waybill.logging.fields";

  static LoggedFields of(Waybill waybill, WaybillProperties properties) {
    List<String> names = properties.logging().fields();
    if (names == null) {
      return new LoggedFields(ScopeFields.declared());
    }
    Map<String, BaggageField<?>> declared =
        waybill.fields().keySet().stream()
            .collect(Collectors.toMap(BaggageField::name, Function.identity()));
    return new LoggedFields(
        ScopeFields.of(
            names.stream()
                .distinct()
                .map(name -> declared(name, declared))
                .toArray(BaggageField<?>[]::new)));
  }

  private static BaggageField<?> declared(String name, Map<String, BaggageField<?>> declared) {
    BaggageField<?> field = declared.get(name);
    if (field == null) {
      throw new WaybillSetUpException(
          KEY
              + ": \""
              + name
              + "\" (expected: a field that is declared, one of "
              + declared.keySet().stream().sorted().collect(Collectors.joining(", "))
              + ")",
          "Declare it as a bean BaggageField or in waybill.identities or waybill.attributes, or"
              + " leave it out of "
              + KEY
              + ".");
    }
    return field;
  }
}
