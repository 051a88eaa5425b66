package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.waybill.sdk.Waybill;
import io.waybill.testing.SmallServer.Fault;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The contract holds for an adapter that keeps it, and finds one that does not. */
class ServerInterceptorContractTest {

  @Nested
  class Kept extends ServerInterceptorContract {
    @Override
    protected Server start(Waybill waybill, Service service) throws Exception {
      return new SmallServer(Fault.NONE, waybill, service);
    }

    @Override
    protected boolean seesCancel() {
      return false;
    }
  }

  /** Run by name only: its name is not that of a test. */
  static class Broken extends ServerInterceptorContract {
    private static Fault fault;

    @Override
    protected Server start(Waybill waybill, Service service) throws Exception {
      return new SmallServer(fault, waybill, service);
    }

    @Override
    protected boolean seesCancel() {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HANDLER_OUTSIDE_OF_REQUEST, identity_ofTrustedPeer_isReadAtDepth",
    "CALLBACK_OUTSIDE_OF_REQUEST, scope_isCurrentInEachCallback",
    "ENDS_WHEN_HANDLER_RETURNS, request_endsOnceWhenAnotherThreadAnswers",
    "ENDS_SPAN_TWICE, request_endsOnceWhenAnswered",
    "KEEPS_ID_TO_ITSELF, requestId_goesBackToTheClient"
  })
  void contract_findsFault(Fault fault, String test) {
    assertThat(run(fault, test).failed().count()).as("failed tests").isEqualTo(1);
    assertThat(run(Fault.NONE, test).succeeded().count()).as("without the fault").isEqualTo(1);
  }

  private static Events run(Fault fault, String test) {
    Broken.fault = fault;
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectMethod(Broken.class, test))
        .execute()
        .testEvents();
  }
}
