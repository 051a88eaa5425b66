package io.waybill.http.testing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.testing.TestTelemetry;
import java.util.List;

/** The fields that the tests carry, and what they were seen in. */
public final class Telemetry implements AutoCloseable {
  public static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string().maxLength(128));
  public static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  public static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());

  private final TestTelemetry telemetry = TestTelemetry.create();

  public WaybillBuilder waybill() {
    return Waybill.builder(openTelemetry()).carry(USER).carry(TENANT).carry(PLAN);
  }

  public OpenTelemetry openTelemetry() {
    return telemetry.openTelemetry();
  }

  /** Returns the spans that ended, in that order. */
  public List<SpanData> spans() {
    return telemetry.spans();
  }

  /** Returns who the current request is from, or what says that there is none. */
  public static String currentUser() {
    RequestScope scope = RequestScope.currentOrNull();
    return scope == null ? "no request" : String.valueOf(scope.get(USER));
  }

  @Override
  public void close() {
    telemetry.requireEachSpanEndedOnce();
    telemetry.close();
  }
}
