package io.waybill.http.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** What is skipped is what the client asked for, wherever the container moves it to. */
@ParameterizedClass
@MethodSource("io.waybill.http.servlet.Container#all")
class SkipTest {
  private static final String HEALTH = "/app/health";

  private final TestServer server;

  SkipTest(Container container) {
    server = new TestServer(container);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(value = DispatcherType.class, mode = Mode.EXCLUDE, names = "INCLUDE")
  void skipped_movedElsewhere_isStillInNoRequest(DispatcherType dispatch) throws Exception {
    start(Set.of(DispatcherType.values()), dispatch);

    assertThat(server.get("/health", "baggage", "user.id=u-1").body()).isEqualTo("no request {}");
    assertNoSpan();
  }

  @ParameterizedTest
  @EnumSource(value = DispatcherType.class, mode = Mode.EXCLUDE, names = "INCLUDE")
  void skipped_seenOnlyAfterItWasMoved_isInNoRequest(DispatcherType dispatch) throws Exception {
    start(Set.of(dispatch), dispatch);

    assertThat(server.get("/health", "baggage", "user.id=u-1").body()).isEqualTo("no request {}");
    assertNoSpan();
  }

  @Test
  void skipped_forwardedAndThenAsynchronous_isStillInNoRequest() throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().skip(HEALTH::equals).build()))
        .page("/health", (request, answer) -> forward("/between", request, answer))
        .page("/between", (request, answer) -> request.startAsync().dispatch("/failing"))
        .page("/failing", (request, answer) -> answer.sendError(503))
        .page("/other", (request, answer) -> print(answer))
        .errorPage("/other")
        .start();

    assertThat(server.get("/health", "baggage", "user.id=u-1").body()).isEqualTo("no request {}");
    assertNoSpan();
  }

  @Test
  void other_forwardedToWhatIsSkipped_staysInItsRequest() throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().skip(HEALTH::equals).build()))
        .page("/orders", (request, answer) -> forward("/health", request, answer))
        .page("/health", (request, answer) -> answer.getWriter().print(TestServer.currentUser()))
        .start();

    assertThat(server.get("/orders", "baggage", "user.id=u-1").body()).isEqualTo("u-1");
  }

  private void start(Set<DispatcherType> mapped, DispatcherType dispatch) throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().skip(HEALTH::equals).build()), mapped)
        .page("/health", (request, answer) -> move(dispatch, request, answer))
        .page("/other", (request, answer) -> print(answer))
        .errorPage("/other")
        .start();
  }

  private static void move(
      DispatcherType dispatch, HttpServletRequest request, HttpServletResponse answer)
      throws Exception {
    switch (dispatch) {
      case FORWARD -> forward("/other", request, answer);
      case ASYNC -> request.startAsync().dispatch("/other");
      case ERROR -> answer.sendError(503);
      default -> print(answer);
    }
  }

  private static void forward(String path, HttpServletRequest request, HttpServletResponse answer)
      throws Exception {
    request.getRequestDispatcher(path).forward(request, answer);
  }

  private static void print(HttpServletResponse answer) throws IOException {
    answer.getWriter().print(TestServer.currentUser() + " " + Baggage.current().asMap());
  }

  private void assertNoSpan() {
    assertThat(server.spans()).isEmpty();
  }
}
