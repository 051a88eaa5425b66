package io.waybill.interop;

import static io.waybill.interop.FiveServers.named;
import static io.waybill.interop.SpanCollector.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.waybill.interop.servers.Keys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom servers under the agent with the extension believe, by what the next call takes along. */
class AgentServersTest {
  private static final String FORGED = "baggage: user.id=u-forged,request.id=forged,other=forged";
  private static final String USER = "baggage: user.id=u-1";
  private static final String NONE = "none";
  private static final String BELIEVED = "user.id=u-1";

  private static final int MANY = 10_000;

  private static FiveServers servers;

  @BeforeAll
  static void start() throws Exception {
    servers = FiveServers.extended(AgentJvm.newest());
  }

  @AfterAll
  static void stop() throws Exception {
    servers.close();
  }

  /** What a stranger may write to seem another. */
  private static String[] posing(String server) {
    int own = servers.port(server.replace("shaded", "grpc") + ".own");
    return new String[] {
      FORGED,
      "Host: 127.0.0.1:" + own,
      "X-Forwarded-For: 127.0.0.1",
      "X-Forwarded-Host: 127.0.0.1:" + own,
      "X-Forwarded-Port: " + own,
      "X-Forwarded-Proto: https",
      "X-Forwarded-Client-Cert: By=spiffe://a;DNS=orders.internal;URI=spiffe://shop/orders",
      "X-Client-Verified: SUCCESS",
      "Forwarded: for=127.0.0.1;by=\"127.0.0.1:" + own + "\";host=\"127.0.0.1:" + own + "\""
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jetty", "webflux", "jdk", "grpc", "shaded"})
  void stranger_atAPublicListener_isNobody(String server) throws Exception {
    assertThat(servers.call(server, "public", "/now", FORGED)).isEqualTo(NONE);
    assertThat(servers.call(server, "public", "/now", posing(server))).isEqualTo(NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jetty", "webflux", "jdk", "grpc"})
  void peer_atTheOwnListener_isBelieved(String server) throws Exception {
    assertThat(servers.call(server, "own", "/now", USER)).isEqualTo(BELIEVED);
    assertThat(servers.call(server, "own", "/now")).isEqualTo(NONE);
  }

  /** A call in the process is the caller's own; what it claims is believed of nobody. */
  @Test
  void call_inTheProcess_isNotBelieved() throws Exception {
    assertThat(servers.call("jdk", "own", "/inprocess", USER)).isIn(BELIEVED, NONE);
    assertThat(servers.call("jdk", "public", "/inprocess", FORGED)).isEqualTo(NONE);
    assertThat(servers.callTls("jdk", Keys.ORDERS, "/inprocess")).isEqualTo(NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jetty", "webflux", "jdk", "grpc", "shaded"})
  void peer_byItsCertificate_isBelieved(String server) throws Exception {
    assertThat(servers.callTls(server, Keys.ORDERS, "/now", USER)).isEqualTo(BELIEVED);
    assertThat(servers.callTls(server, Keys.OTHER, "/now", FORGED)).isEqualTo(NONE);
    assertThat(servers.callTls(server, Keys.OTHER, "/now", posing(server))).isEqualTo(NONE);
    assertThat(servers.callTls(server, "", "/now", FORGED)).isEqualTo(NONE);
    assertThat(servers.callTls(server, "", "/now", posing(server))).isEqualTo(NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jetty"})
  void servlet_atEachMoment_isOfItsOwnRequest(String server) throws Exception {
    for (String path : List.of("/async", "/dispatch", "/error", "/throw")) {
      assertThat(servers.call(server, "own", path, USER)).as(path).isEqualTo(BELIEVED);
      assertThat(servers.call(server, "public", path, FORGED)).as(path).isEqualTo(NONE);
    }
  }

  /** As Spring's DeferredResult: another user's request lets it go on. */
  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jetty", "webflux"})
  void request_thatAnotherReleases_isOfItsOwn(String server) throws Exception {
    assertThat(released(servers, server, "own", USER)).isEqualTo(BELIEVED);
    assertThat(released(servers, server, "public", FORGED)).isEqualTo(NONE);
  }

  /** Returns what a request took along that waited until one of {@code u-2} let it go on. */
  static String released(FiveServers servers, String server, String listener, String user)
      throws Exception {
    try (RawHttp waiting = servers.connect(server + "." + listener)) {
      waiting.send(RawHttp.get("/park", user));
      String answer = "";
      while (!answer.equals("released")) { // it may not have come yet
        answer = servers.call(server, "own", "/release", "baggage: user.id=u-2");
      }
      return named(waiting.answer());
    }
  }

  @Test
  void webflux_onAnotherThread_isOfItsOwnRequest() throws Exception {
    assertThat(servers.call("webflux", "own", "/async", USER)).isEqualTo(BELIEVED);
    assertThat(servers.call("webflux", "public", "/async", FORGED)).isEqualTo(NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jetty", "webflux", "jdk"})
  void connection_ofManyUsers_keepsThemApart(String server) throws Exception {
    try (RawHttp http = servers.connect(server + ".own")) {
      for (int i = 0; i < 10; i++) {
        assertThat(named(http.call(RawHttp.get("/now", "baggage: user.id=u-" + i))))
            .isEqualTo("user.id=u-" + i);
        assertThat(named(http.call(RawHttp.get("/now")))).isEqualTo(NONE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jetty", "webflux", "jdk"})
  void requests_inOnePipeline_areKeptApart(String server) throws Exception {
    StringBuilder all = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      boolean isNamed = i % 3 != 0;
      all.append(isNamed ? RawHttp.get("/now", "baggage: user.id=p-" + i) : RawHttp.get("/now"));
      expected.add(isNamed ? "user.id=p-" + i : NONE);
    }
    List<String> answers = new ArrayList<>();
    try (RawHttp http = servers.connect(server + ".own")) {
      http.send(all.toString());
      while (answers.size() < expected.size()) {
        answers.add(named(http.answer()));
      }
    }
    assertThat(answers).isEqualTo(expected);
  }

  /** In the middle of a body, and before the answer is read. */
  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jetty", "webflux", "jdk"})
  void request_thatIsAborted_ends(String server) throws Exception {
    String half = "baggage: user.id=half-" + server;
    try (RawHttp http = servers.connect(server + ".own")) {
      http.send(
          "POST /read HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n"
              + RawHttp.lines(half)
              + "\r\nhalf");
      // It has arrived, and waits for the rest, when another of its server is answered.
      servers.call(server, "own", "/now");
      http.abort();
    }
    String unread = "baggage: user.id=unread-" + server;
    try (RawHttp http = servers.connect(server + ".own")) {
      http.send(RawHttp.get("/now", unread) + RawHttp.get("/now", unread));
      http.abort();
    }
    assertThat(servers.collector().awaitServerOf("half-" + server)).isNotNull();
    assertThat(servers.call(server, "own", "/now", USER)).isEqualTo(BELIEVED);
  }

  /** Each of them once, by one of five servers, which makes its call by one of four clients. */
  @Test
  void manyUsers_areNotMixedUp() throws Exception {
    Set<String> mixedUp = ManyUsers.send(servers, MANY, 32);

    assertThat(mixedUp).isEmpty();
    Collection<List<Span>> traces = servers.collector().awaitServersOf("m-", MANY);
    assertThat(traces).hasSize(MANY);
    assertThat(traces)
        .allSatisfy(
            trace ->
                assertThat(trace.stream().map(span -> attribute(span, "user.id")).distinct())
                    .hasSize(1));
  }
}
