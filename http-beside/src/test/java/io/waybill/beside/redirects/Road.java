package io.waybill.beside.redirects;

import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.RecordingServer.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Where a redirect leads: the first server sends on, the last one is where the journey ends. */
enum Road {
  SAME_ORIGIN("same origin"),
  OTHER_PORT("other port"),
  OTHER_HOST("other host"),
  TO_HTTP("https to http"),
  THERE_AND_BACK("there and back");

  /** As the page calls it. */
  final String label;

  Road(String label) {
    this.label = label;
  }

  /** The servers of one road; the origin of {@code own} is the one that the policy names. */
  static final class Servers implements AutoCloseable {
    private final RecordingServer own;
    private final RecordingServer other;
    private final String end;

    Servers(Road road, int status) throws IOException {
      other =
          RecordingServer.answering(
              exchange ->
                  (road == THERE_AND_BACK
                          ? RecordingServer.redirect(status, own().origin() + "/end")
                          : RecordingServer.status(200, "arrived"))
                      .to(exchange));
      RecordingServer.Answer first =
          exchange ->
              (exchange.getRequestURI().getPath().equals("/end")
                      ? RecordingServer.status(200, "arrived")
                      : RecordingServer.redirect(status, end()))
                  .to(exchange);
      own =
          road == TO_HTTP
              ? RecordingServer.answeringTls(RedirectingClient.PEER.sslContext(), first)
              : RecordingServer.answering(first);
      end =
          switch (road) {
            case SAME_ORIGIN -> own.origin() + "/end";
            case OTHER_HOST -> own.origin("localhost") + "/end";
            case OTHER_PORT, TO_HTTP, THERE_AND_BACK -> other.origin() + "/end";
          };
    }

    RecordingServer own() {
      return own;
    }

    private String end() {
      return end;
    }

    /** Returns every request, as the client made them. */
    List<Seen> journey() {
      List<Seen> journey = new ArrayList<>(own.seen());
      journey.addAll(Math.min(1, journey.size()), other.seen());
      return journey;
    }

    @Override
    public void close() {
      own.close();
      other.close();
    }
  }
}
