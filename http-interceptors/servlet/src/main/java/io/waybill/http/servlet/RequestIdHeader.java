package io.waybill.http.servlet;

import io.waybill.BaggageField;
import io.waybill.RequestScope;
import jakarta.servlet.http.HttpServletResponse;

/** Tells the client the id of its request, to quote when it complains. */
final class RequestIdHeader {
  private static final String NAME = "x-request-id";

  private RequestIdHeader() {}

  static void set(HttpServletResponse response, RequestScope scope) {
    String id = scope.get(BaggageField.REQUEST_ID);
    if (id != null && !id.isEmpty() && id.chars().allMatch(RequestIdHeader::isPlain)) {
      response.setHeader(NAME, id);
    }
  }

  /** A baggage-octet (W3C Baggage §3.3.1.3): visible ASCII that ends no list and no quotes. */
  private static boolean isPlain(int c) {
    return c > ' ' && c < 0x7F && c != '"' && c != ',' && c != ';' && c != '\\';
  }
}
