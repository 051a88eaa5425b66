package io.waybill.examples.repository;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.slf4j.WaybillMdc;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A repository whose log lines name the request and its user. It takes neither as a parameter, and
 * does not log them itself: the pattern in {@code logback.xml} has {@code %X{user.id}}.
 */
public final class Repository {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());

  private static final Logger LOG = LoggerFactory.getLogger("repository");
  private static final Map<Integer, String> ORDERS = Map.of(7, "a kettle", 8, "a lamp");

  private Repository() {}

  /** Serves two requests of two users. */
  public static void main(String[] args) {
    Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();
    try (WaybillMdc mdc = WaybillMdc.install(BaggageField.REQUEST_ID, USER)) {
      waybill.request().with(BaggageField.REQUEST_ID, "r-1").with(USER, "ada").run(() -> find(7));
      waybill.request().with(BaggageField.REQUEST_ID, "r-2").run(Repository::handle);
    }
    LOG.info("outside of any request");
  }

  /** The user is known after the first line, and stands in the second. */
  private static void handle() {
    find(8);
    RequestScope.current().identify(USER, "ben");
    find(9);
  }

  private static void find(int id) {
    LOG.info("order {} is {}", id, ORDERS.getOrDefault(id, "unknown"));
  }
}
