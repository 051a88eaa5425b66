package io.waybill.examples.conformance;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpClient;

/** {@code GET /probe}: calls the recording server, or the {@code url} that it is given. */
final class ProbeServlet extends CallingServlet {
  private static final long serialVersionUID = 1L;

  private final transient Probe probe;
  private final String recorder;

  ProbeServlet(HttpClient client, Probe probe, String recorder) {
    super(client);
    this.probe = probe;
    this.recorder = recorder;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String url = request.getParameter("url");
    boolean recorded = url == null;
    String received = call(to(recorded ? recorder : url));
    Json.answer(response, HttpServletResponse.SC_OK, probe.answer(received, recorded));
  }
}
