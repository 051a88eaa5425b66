package io.waybill.spring.security;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;

/** What a browser does, on a real socket; redirects and cookies are looked at, not followed. */
record Web(int port, HttpClient client) {

  static Web of(ApplicationContext application) {
    var server = ((WebServerApplicationContext) application).getWebServer();
    return new Web(requireNonNull(server).getPort(), HttpClient.newHttpClient());
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    return client.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofString());
  }

  /** Returns the session of {@code user}, who has logged in. */
  String logIn(String user) throws Exception {
    HttpResponse<String> answer = logIn(user, "pw-" + user);
    if (answer.statusCode() != 302
        || answer.headers().firstValue("location").orElseThrow().contains("error")) {
      throw new IOException("log-in of " + user + ": " + answer + answer.headers());
    }
    return answer.headers().firstValue("set-cookie").orElseThrow().split(";")[0];
  }

  HttpResponse<String> logIn(String user, String password, String... headers) throws Exception {
    return post("/login", "username=" + user + "&password=" + password, headers);
  }

  HttpResponse<String> post(String path, String form, String... headers) throws Exception {
    HttpRequest.Builder request =
        request(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form));
    return client.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofString());
  }

  static String basic(String user) {
    byte[] pair = (user + ":pw-" + user).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }
}
