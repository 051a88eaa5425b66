package io.waybill.examples.beside;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** One service, twice: what it believes of a stranger, and what it tells others of ben. */
public final class Beside {
  private static final String LINE = "%-40s %-25s %s%n";

  private Beside() {}

  /** Prints what each library lets through. */
  public static void main(String[] args) throws Exception {
    try (Outsider elsewhere = new Outsider(null);
        Outsider partner = new Outsider(elsewhere.uri());
        Outsider tokens = new Outsider(null)) {
      List<Outsider> outsiders = List.of(partner, elsewhere, tokens);
      List<String> plain = letThrough(new PlainOpenTelemetry(), outsiders);
      List<String> ours = letThrough(new WithWaybill(partner.uri()), outsiders);
      print(plain, ours);
    }
  }

  private static List<String> letThrough(Library library, List<Outsider> outsiders)
      throws Exception {
    try (Service service = new Service(library)) {
      String user = askAsStranger(service.uri("/value/user.id"));
      String plan = askAsStranger(service.uri("/value/plan"));
      // The partner redirects elsewhere.
      askAsStranger(service.uri("/call?to=" + outsiders.get(0).uri()));
      askAsStranger(service.uri("/call?to=" + outsiders.get(2).uri()));
      return List.of(
          user,
          plan,
          outsiders.get(0).received(),
          outsiders.get(1).received(),
          outsiders.get(2).received());
    }
  }

  private static String askAsStranger(URI uri) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("baggage", "user.id=admin,plan=gold").build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  private static void print(List<String> plain, List<String> ours) {
    List<String> rows =
        List.of(
            "a stranger says user.id=admin: code sees",
            "a stranger says plan=gold: code sees",
            "ben's call to a partner: it receives",
            "it redirects: the next host receives",
            "a token server is asked: it receives");
    System.out.printf(LINE, "", "OpenTelemetry's baggage", "Waybill");
    for (int row = 0; row < rows.size(); row++) {
      System.out.printf(LINE, rows.get(row), plain.get(row), ours.get(row));
    }
  }
}
