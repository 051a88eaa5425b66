package io.waybill.examples.demo;

import static java.util.stream.Collectors.groupingBy;

import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.examples.demo.PartnerService.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one request afterwards.
 *
 * @param sent what was sent
 * @param failure why it has no answer, or empty
 * @param hops what the services report, in the order in which they were called
 * @param spans the spans of the trace that its first hop was in, and of renewals linked to it
 * @param atPartner what the partner received with its number
 */
record Journey(
    Sent sent, String failure, List<Hop> hops, List<SpanData> spans, List<Received> atPartner) {

  /** Puts together what belongs to each request; spans that belong to none are in no journey. */
  static List<Journey> of(
      List<Driver.Answer> answers, List<SpanData> spans, List<Received> received) {
    Map<String, List<SpanData>> spansOfTrace = spans.stream().collect(groupingBy(Journey::traceOf));
    Map<Long, List<Received>> receivedByNumber =
        received.stream().collect(groupingBy(Received::number));
    List<Journey> journeys = new ArrayList<>();
    for (Driver.Answer answer : answers) {
      String trace = traceOf(answer.hops());
      journeys.add(
          new Journey(
              answer.sent(),
              answer.failure(),
              answer.hops(),
              spansOfTrace.getOrDefault(trace, List.of()),
              receivedByNumber.getOrDefault(answer.sent().number(), List.of())));
    }
    return journeys;
  }

  /** A renewal is a trace of its own, with a link to the call that asked for it. */
  private static String traceOf(SpanData span) {
    List<LinkData> links = span.getLinks();
    return links.isEmpty() ? span.getTraceId() : links.get(0).getSpanContext().getTraceId();
  }

  /** Returns the spans of its trace. */
  List<SpanData> inTrace() {
    return spans.stream().filter(span -> span.getLinks().isEmpty()).toList();
  }

  /** Returns the spans of the renewals that it asked for. */
  List<SpanData> renewals() {
    return spans.stream().filter(span -> !span.getLinks().isEmpty()).toList();
  }

  /** Returns what the spans of its trace say of renewals: an event for each. */
  List<String> events() {
    return inTrace().stream()
        .flatMap(span -> span.getEvents().stream())
        .map(EventData::getName)
        .filter(Check.RENEWED::equals)
        .toList();
  }

  /** Returns the id of the trace that its first hop was in; empty if the request failed. */
  String trace() {
    return traceOf(hops);
  }

  private static String traceOf(List<Hop> hops) {
    return hops.isEmpty() ? "" : hops.get(0).trace();
  }

  /** Returns the id that the edge gave it; empty if the request failed. */
  String requestId() {
    String id = hops.isEmpty() ? null : hops.get(0).field(BaggageField.REQUEST_ID);
    return id == null ? "" : id;
  }

  /** Returns what every service must see in {@code field}. */
  String expected(BaggageField<?> field) {
    return Map.<BaggageField<?>, String>of(
            BaggageField.REQUEST_ID, requestId(),
            ShopFields.USER, sent.session().user(),
            ShopFields.TENANT, sent.session().tenant(),
            ShopFields.SESSION, sent.session().id(),
            ShopFields.PLAN, Plan.of(sent.session().tenant()).name(),
            ShopFields.LOCALE, sent.locale())
        .getOrDefault(field, "");
  }

  /** Returns the hop that was reported from inside {@code span}, or null. */
  @Nullable Hop hopIn(SpanData span) {
    return hops.stream()
        .filter(hop -> hop.span().equals(span.getSpanId()))
        .findFirst()
        .orElse(null);
  }
}
