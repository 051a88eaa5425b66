package io.waybill.interop;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicReference;

/** An application that reads the request, and has no filter and no wrapped client. */
public final class WebApplication extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());
  private static final LocalField<char[]> TOKEN = LocalField.secret("token");

  private static final AtomicReference<RequestScope> LAST = new AtomicReference<>();

  private final transient HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();
  private transient Waybill waybill;

  @Override
  public void init() {
    WaybillBuilder builder =
        Waybill.builder(GlobalOpenTelemetry.get())
            .carry(USER)
            .peers(PeerRules.none().verified("dns:*.shop.internal", TrustZone.OWN))
            .destination("https://*.shop.internal:8443", TrustZone.OWN);
    if (getServletContext().getContextPath().equals("/believing")) {
      builder.peers(peer -> TrustZone.OWN);
    }
    waybill =
        builder
            .carry(PLAN)
            .keep(TOKEN)
            .destination(System.getProperty("own"), TrustZone.OWN)
            .skip(path -> path.endsWith("/health"))
            .leakDetection(LeakDetection.STRICT)
            .strict()
            .build();
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RequestScope scope = RequestScope.currentOrNull();
    response.getWriter().println("seen " + (scope == null ? afterwards() : served(scope)));
  }

  private String served(RequestScope scope) {
    String came = String.valueOf(scope.get(USER));
    if (scope.get(USER) == null) {
      scope.identify(USER, "u-2");
    }
    scope.set(TOKEN, "secret".toCharArray());
    LAST.set(scope);
    return came
        + ", mirrored "
        + Baggage.current().getEntryValue("user.id")
        + ", own "
        + sent("own")
        + ", third "
        + sent("third")
        + ", with "
        + scope.with(PLAN, "gold").call(() -> sent("own"))
        + ", afterwards "
        + sent("own");
  }

  /** Of the last request, in one that is skipped. */
  private String afterwards() {
    RequestScope last = LAST.get();
    String secret;
    try {
      secret = String.valueOf(last.get(TOKEN));
    } catch (IllegalStateException wiped) {
      secret = "wiped";
    }
    waybill.requireNoLeaks();
    return "own " + sent("own") + ", ended " + last.isEnded() + ", token " + secret;
  }

  /** Returns what the second hop was sent, which the client makes on a thread of its own. */
  private String sent(String whom) {
    try {
      URI uri = URI.create(System.getProperty(whom) + "/moved");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (IOException failed) {
      return failed.toString();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
