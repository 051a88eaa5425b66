package io.waybill.examples.conformance;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** An endpoint in a servlet container. */
final class EndpointServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Endpoint endpoint;

  EndpointServlet(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String body = Json.text(request.getInputStream());
    Endpoint.Reply reply =
        endpoint.answer(new Endpoint.Request(request.getMethod(), request.getQueryString(), body));
    byte[] answer = reply.body();
    response.setStatus(reply.status());
    response.setContentType(Json.CONTENT_TYPE);
    response.setContentLength(answer.length);
    response.getOutputStream().write(answer);
  }
}
