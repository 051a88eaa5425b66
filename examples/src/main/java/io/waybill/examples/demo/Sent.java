package io.waybill.examples.demo;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A request as its browser sent it, so what all services must agree on.
 *
 * @param number the number in its payload, different in each request
 * @param session whose it is, which only the cookie says
 * @param token the cookie
 * @param locale the one thing in its own baggage header that is believed
 * @param forged whether that header claims an identity, too
 */
record Sent(
    long number, SessionTable.Session session, String token, String locale, boolean forged) {
  /** What a forged header claims, by the names in {@link ShopFields}. */
  static final String FORGED = "request.id=r-forged,user.id=u-forged,tenant.id=t-forged";

  private static final List<String> NAMES = List.of("ann", "ben", "cleo", "dan", "eva", "finn");
  private static final List<String> TENANTS = List.of("acme", "globex", "umbra");
  private static final List<String> LOCALES = List.of("de-DE", "fr-FR", "ja-JP", "en-GB");
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int FORGED_ONE_IN = 3;

  /** Returns requests of {@code count} different users, each logged in at {@code sessions}. */
  static List<Sent> ofDifferentUsers(SessionTable sessions, int count) {
    List<Sent> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int round = i / NAMES.size();
      String user = "u-" + NAMES.get(i % NAMES.size()) + (round == 0 ? "" : "-" + round);
      String tenant = TENANTS.get(i % TENANTS.size());
      var session = new SessionTable.Session("s-" + (1001 + i), user, tenant);
      String locale = LOCALES.get(i % LOCALES.size());
      boolean forged = i % FORGED_ONE_IN == 0;
      sent.add(new Sent(i + 1, session, sessions.open(session), locale, forged));
    }
    return sent;
  }

  /** Returns the request, by a client that knows neither Waybill nor OpenTelemetry. */
  HttpRequest toRequest(URI edge) {
    return OrderForm.post(edge.resolve("/checkout"), number)
        .header("cookie", AuthenticationFilter.COOKIE + "=" + token)
        .header("baggage", "locale=" + locale + (forged ? "," + FORGED : ""))
        .timeout(PATIENCE)
        .build();
  }
}
