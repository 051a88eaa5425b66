package io.waybill.examples.spring.journey;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Logs in by the form, and checks out, as many as there are. */
final class Browser {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
  private static final Pattern LINE = Pattern.compile("\"([^\"]*)\"");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI edge;

  Browser(String edge) {
    this.edge = URI.create(edge);
  }

  /**
   * What came of a visit.
   *
   * @param session the cookie
   * @param login what was seen in the request that logged in
   * @param checkout what was seen in the next one
   * @param failure why it ended early, or empty
   */
  record Visit(
      Shopper shopper, String session, List<Hop> login, List<Hop> checkout, String failure) {}

  /** Has all of them visit, at most {@code concurrency} at a time. */
  List<Visit> visit(List<Shopper> shoppers, int concurrency) throws InterruptedException {
    List<Callable<Visit>> tasks = new ArrayList<>();
    shoppers.forEach(shopper -> tasks.add(() -> visit(shopper)));
    ExecutorService browsers = Executors.newFixedThreadPool(concurrency);
    try {
      List<Visit> visits = new ArrayList<>();
      for (Future<Visit> visit : browsers.invokeAll(tasks)) {
        visits.add(visit.get());
      }
      return visits;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a visit ended in an exception", e.getCause());
    } finally {
      browsers.shutdown();
    }
  }

  private Visit visit(Shopper shopper) throws InterruptedException {
    try {
      HttpResponse<String> form = send(shopper, "/login", "");
      HttpResponse<String> in =
          client.send(
              request(shopper, "/login", session(form))
                  .header("content-type", "application/x-www-form-urlencoded")
                  .POST(BodyPublishers.ofString(filledIn(form.body(), shopper)))
                  .build(),
              BodyHandlers.ofString());
      String session = session(in);
      List<Hop> login = hops(in.headers().firstValue("x-seen").orElse("").split(";", -1));
      HttpResponse<String> done = send(shopper, "/checkout/" + shopper.number(), session);
      if (in.statusCode() != 302 || done.statusCode() != 200) {
        String failure = "log-in " + in.statusCode() + ", checkout " + done.statusCode();
        return new Visit(shopper, session, login, List.of(), failure + " " + done.body());
      }
      String[] lines =
          LINE.matcher(done.body()).results().map(line -> line.group(1)).toArray(String[]::new);
      return new Visit(shopper, session, login, hops(lines), "");
    } catch (IOException e) {
      return new Visit(shopper, "", List.of(), List.of(), e.toString());
    }
  }

  private HttpResponse<String> send(Shopper shopper, String path, String session)
      throws IOException, InterruptedException {
    return client.send(request(shopper, path, session).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(Shopper shopper, String path, String session) {
    HttpRequest.Builder request = HttpRequest.newBuilder(edge.resolve(path)).timeout(PATIENCE);
    if (!session.isEmpty()) {
      request.header("cookie", session);
    }
    return shopper.forged() ? request.header("baggage", Shopper.FORGED) : request;
  }

  private static String session(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("set-cookie")
        .map(cookie -> cookie.split(";", 2)[0])
        .orElse("");
  }

  private static String filledIn(String form, Shopper shopper) {
    Matcher token = TOKEN.matcher(form);
    return "_csrf="
        + (token.find() ? encoded(token.group(1)) : "")
        + "&username="
        + encoded(shopper.login())
        + "&password=open&number="
        + shopper.number();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static List<Hop> hops(String... lines) {
    return Stream.of(lines).filter(line -> !line.isEmpty()).map(Hop::parse).toList();
  }
}
