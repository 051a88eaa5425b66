package io.waybill.examples.spring.journey;

import static java.util.stream.Collectors.groupingBy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that is known of a visit afterwards.
 *
 * @param login the spans of the request that logged in
 * @param checkout the spans of the checkout
 * @param atPartner what the partner received with its number
 * @param atStranger what the partner's redirect led to
 * @param lines what the services logged of its number
 */
record Journey(
    Browser.Visit visit,
    List<TracedSpan> login,
    List<TracedSpan> checkout,
    List<Outsider.Received> atPartner,
    List<Outsider.Received> atStranger,
    List<String> lines) {
  private static final Pattern ORDER = Pattern.compile(" order ([0-9]+)$");

  /** Puts together what belongs to each visit. */
  static List<Journey> of(
      List<Browser.Visit> visits,
      List<TracedSpan> spans,
      List<Outsider.Received> atPartner,
      List<Outsider.Received> atStranger,
      List<String> lines) {
    Map<String, List<TracedSpan>> byTrace = grouped(spans, TracedSpan::trace);
    Map<Integer, List<Outsider.Received>> partner = grouped(atPartner, Outsider.Received::number);
    Map<Integer, List<Outsider.Received>> stranger = grouped(atStranger, Outsider.Received::number);
    Map<Integer, List<String>> logged = grouped(lines, Journey::number);
    return visits.stream()
        .map(
            visit -> {
              int number = visit.shopper().number();
              return new Journey(
                  visit,
                  byTrace.getOrDefault(trace(visit.login()), List.of()),
                  byTrace.getOrDefault(trace(visit.checkout()), List.of()),
                  partner.getOrDefault(number, List.of()),
                  stranger.getOrDefault(number, List.of()),
                  logged.getOrDefault(number, List.of()));
            })
        .toList();
  }

  private static <K, V> Map<K, List<V>> grouped(List<V> values, Function<V, K> key) {
    return values.stream().collect(groupingBy(key));
  }

  private static int number(String line) {
    Matcher order = ORDER.matcher(line);
    return order.find() ? Integer.parseInt(order.group(1)) : -1;
  }

  private static String trace(List<Hop> hops) {
    return hops.isEmpty() ? "" : hops.get(0).trace();
  }

  Shopper shopper() {
    return visit.shopper();
  }

  /** Returns the trace of the checkout. */
  String trace() {
    return trace(visit.checkout());
  }

  /** Returns the id of the checkout, as the edge saw it. */
  String request() {
    return visit.checkout().isEmpty() ? "" : visit.checkout().get(0).request();
  }

  /** Returns the id of the request that logged in, as the edge saw it. */
  String loginRequest() {
    return visit.login().isEmpty() ? "" : visit.login().get(0).request();
  }
}
