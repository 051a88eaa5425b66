package io.waybill.spring.client;

import io.waybill.http.HttpRedirect;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage.Body;

/**
 * One request on its way to one server: the application's, or one that a redirect or a rejected
 * credential asked for. Without anything of Waybill's: the next is made of it.
 *
 * @param body null if there is none
 * @param resends how many were sent before
 */
record Hop(HttpMethod method, URI uri, HttpHeaders headers, @Nullable Body body, int resends) {

  /** Returns the same once more. */
  Hop again(@Nullable Body body) {
    return new Hop(method, uri, headers, body, resends + 1);
  }

  /** Returns what follows {@code status} to {@code target}; null where its body is gone. */
  @Nullable Hop to(URI target, int status, @Nullable Body again) {
    boolean dropsBody = HttpRedirect.dropsBody(status, method.name());
    if (!dropsBody && body != null && again == null) {
      return null;
    }
    HttpHeaders kept = new HttpHeaders();
    kept.putAll(headers);
    RedirectRule.strip(kept, uri, target, dropsBody);
    return new Hop(
        RedirectRule.method(method, dropsBody),
        target,
        kept,
        dropsBody ? null : again,
        resends + 1);
  }
}
