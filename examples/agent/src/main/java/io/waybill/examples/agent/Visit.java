package io.waybill.examples.agent;

import java.util.List;
import java.util.Map;

/**
 * A request, and all that is known of it afterwards.
 *
 * @param order the number in its payload
 * @param user whose it is; whom a stranger says he is
 * @param isStranger whether it came in from the street, not by the gateway
 * @param hops what the services report
 * @param spans those of its trace
 * @param atPartner the headers that the partner got
 */
record Visit(
    String order,
    String user,
    String tenant,
    String locale,
    boolean isStranger,
    List<Hop> hops,
    List<TracedSpan> spans,
    Map<String, List<String>> atPartner) {
  private static final List<String> TENANTS = List.of("acme", "globex", "umbra");
  private static final List<String> LOCALES = List.of("de-DE", "fr-FR", "ja-JP", "en-GB");
  private static final int STRANGER_ONE_IN = 3;

  /** Returns the request of a number, before it is sent. */
  static Visit of(int number) {
    boolean isStranger = number % STRANGER_ONE_IN == 0;
    return new Visit(
        Integer.toString(number),
        isStranger ? "u-forged" : "u-" + number,
        isStranger ? "t-forged" : TENANTS.get(number % TENANTS.size()),
        LOCALES.get(number % LOCALES.size()),
        isStranger,
        List.of(),
        List.of(),
        Map.of());
  }

  /** Returns the header that it is sent with. */
  String baggage() {
    String claimed = "user.id=" + user + ",tenant.id=" + tenant + ",locale=" + locale;
    return isStranger ? claimed + ",request.id=r-forged" : claimed;
  }

  Visit with(List<Hop> seen) {
    return new Visit(order, user, tenant, locale, isStranger, seen, spans, atPartner);
  }

  Visit with(List<TracedSpan> ended, Map<String, List<String>> sent) {
    return new Visit(order, user, tenant, locale, isStranger, hops, ended, sent);
  }

  /** Returns the id of its trace; empty if it failed. */
  String trace() {
    return hops.isEmpty() ? "" : hops.get(0).value(Hop.TRACE);
  }

  /** Returns the id that the edge gave it; empty if it has none. */
  String requestId() {
    return hops.isEmpty() ? "" : hops.get(0).value(Hop.REQUEST);
  }
}
