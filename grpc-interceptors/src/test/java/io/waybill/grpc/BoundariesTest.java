package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.sdk.Waybill;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What BOUNDARIES.md says of gRPC's own Context. */
class BoundariesTest {
  private final Hops hops = new Hops();
  private final ExecutorService pool = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() throws Exception {
    hops.close();
    pool.shutdown();
    assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void grpcsContext_carriesNoRequest() throws Exception {
    Server server =
        hops.server(
            hops.waybill().build(),
            new HopService(
                text ->
                    onThePool(io.grpc.Context.current().wrap((Callable<String>) Hops::user))
                        + " "
                        + onThePool(RequestScope.current().wrap((Callable<String>) Hops::user))
                        + " "
                        + onThePool(
                            io.grpc.Context.current()
                                .wrap(
                                    RequestScope.current().wrap((Callable<String>) Hops::user)))));
    Waybill waybill = hops.waybillTo(server);
    HopGrpc.HopBlockingStub stub = hops.stub(server, waybill);

    String seen = waybill.request().with(USER, "u-1").call(() -> stub.unary(note("")).getText());

    assertThat(seen).isEqualTo("nobody u-1 u-1");
  }

  private String onThePool(Callable<String> task) {
    try {
      return pool.submit(task).get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
