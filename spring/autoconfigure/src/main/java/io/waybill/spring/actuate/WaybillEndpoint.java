package io.waybill.spring.actuate;

import io.waybill.BaggageField;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.DestinationReport;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Shown;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The set-up as it holds, and what became of calls since the start: names and counts, and never a
 * value.
 */
@Endpoint(id = "waybill")
public final class WaybillEndpoint {
  private final Waybill waybill;
  private final List<String> peers;

  WaybillEndpoint(Waybill waybill, List<String> peers) {
    this.waybill = waybill;
    this.peers = peers;
  }

  /**
   * What is told.
   *
   * @param fields what travels, the most important first
   * @param peers who is believed as properties say it; code may have said something else
   * @param destinations who gets what, {@code *} for all others last
   * @param limits how much is read and written
   */
  public record Report(
      List<Field> fields,
      List<String> peers,
      List<DestinationReport> destinations,
      Bounds limits) {}

  /**
   * A field.
   *
   * @param kind identity or attribute
   * @param admittedFrom the zone that is trusted least of those that may assert it
   * @param shown how it is seen in telemetry
   * @param onSpans whether spans show it
   * @param metricValues how many values metrics tell apart; 0 for none
   * @param alias a header of its own
   * @param receivedAs the name of a member that peers still use
   */
  public record Field(
      String name,
      String kind,
      TrustZone admittedFrom,
      Shown shown,
      boolean onSpans,
      int metricValues,
      @Nullable String alias,
      @Nullable String receivedAs) {

    static Field of(BaggageField<?> field, FieldRule rule) {
      return new Field(
          field.name(),
          field.isIdentity() ? "identity" : "attribute",
          rule.admittedFrom(),
          rule.shown(),
          rule.isOnSpans(),
          rule.metricValues(),
          rule.alias(),
          rule.receivedAs());
    }
  }

  /** How much is read and written: members, and bytes. */
  public record Bounds(
      int members, int inboundBytes, int httpBytes, int httpHeadBytes, int grpcBytes) {

    static Bounds of(Limits limits) {
      return new Bounds(
          limits.members(),
          limits.inboundBytes(),
          limits.httpBytes(),
          limits.httpHeadBytes(),
          limits.grpcBytes());
    }
  }

  /** Returns the report of now. */
  @ReadOperation
  public Report report() {
    return new Report(
        waybill.fields().entrySet().stream()
            .map(field -> Field.of(field.getKey(), field.getValue()))
            .toList(),
        peers,
        waybill.destinations(),
        Bounds.of(waybill.limits()));
  }
}
