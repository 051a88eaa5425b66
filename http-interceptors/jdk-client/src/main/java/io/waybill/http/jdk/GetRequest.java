package io.waybill.http.jdk;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;

/** A request of the user's own class that names no method: for the JDK's client that is a GET. */
final class GetRequest extends HttpRequest {
  private final HttpRequest users;

  private GetRequest(HttpRequest users) {
    this.users = users;
  }

  /** Returns {@code users}, with a method in any case. */
  static HttpRequest orOther(HttpRequest users) {
    return users.method() == null ? new GetRequest(users) : users;
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public Optional<BodyPublisher> bodyPublisher() {
    return users.bodyPublisher();
  }

  @Override
  public Optional<Duration> timeout() {
    return users.timeout();
  }

  @Override
  public boolean expectContinue() {
    return users.expectContinue();
  }

  @Override
  public URI uri() {
    return users.uri();
  }

  @Override
  public Optional<HttpClient.Version> version() {
    return users.version();
  }

  @Override
  public HttpHeaders headers() {
    return users.headers();
  }
}
