package io.waybill.examples.current;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.NoRequestScopeException;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;

/**
 * The request is read where it is needed, without a parameter. Outside of one there is an error.
 */
public final class Current {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());

  private Current() {}

  /** Serves two requests, and then reads outside of any. */
  public static void main(String[] args) {
    Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();

    // In a service, the interceptor or the filter opens the request.
    waybill.request().run(() -> handle("ada"));
    waybill.request().run(() -> handle("ben"));

    try {
      greet();
    } catch (NoRequestScopeException outside) {
      System.out.println(outside.getMessage());
    }
  }

  private static void handle(String authenticated) {
    RequestScope.current().identify(USER, authenticated);
    greet();
  }

  private static void greet() {
    System.out.println("Hello " + RequestScope.current().get(USER));
  }
}
