package io.waybill.spring.client;

import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;

/**
 * What the application has said of redirects, noted while one client is built. The client below
 * never follows one.
 */
final class AskedRedirects {
  private Redirect policy;

  /** Starts with what the settings say. */
  AskedRedirects(Redirect policy) {
    this.policy = policy;
  }

  Redirect policy() {
    return policy;
  }

  /** Notes what {@code builder} asks for, and turns it off. */
  void takeJdk(HttpClient.Builder builder) {
    // A builder does not say what it was told; a client does.
    HttpClient asked = builder.build();
    policy = asked.followRedirects();
    close(asked);
    builder.followRedirects(Redirect.NEVER);
  }

  /** From JDK 21 on; before, it ends once it is garbage. */
  private static void close(HttpClient client) {
    if (client instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception cannot) {
        throw new IllegalStateException(cannot);
      }
    }
  }

  /** Notes what {@code client} does, and returns it without. */
  reactor.netty.http.client.HttpClient takeReactor(reactor.netty.http.client.HttpClient client) {
    policy = RedirectRule.of(client.configuration().followRedirectPredicate() != null);
    return client.followRedirect(false);
  }

  /** Notes what {@code client} does, and turns it off. */
  void takeJetty(org.eclipse.jetty.client.HttpClient client) {
    policy = RedirectRule.of(client.isFollowRedirects());
    client.setFollowRedirects(false);
  }
}
