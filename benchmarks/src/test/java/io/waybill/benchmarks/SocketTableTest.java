package io.waybill.benchmarks;

import static io.waybill.benchmarks.SocketSubject.BRAVE;
import static io.waybill.benchmarks.SocketSubject.GRPC_TELEMETRY;
import static io.waybill.benchmarks.SocketSubject.PLAIN;
import static io.waybill.benchmarks.SocketSubject.WAYBILL_WITH_SPANS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SocketTableTest {
  private static final Cost OF_PLAIN = new Cost(20_000, 1000);

  /** What a set adds is compared with the plain one of that set. */
  @Test
  void of_sets_hasTheMedianAndTheRangeOfWhatIsAdded() {
    List<List<Cost>> sets =
        List.of(
            List.of(OF_PLAIN, new Cost(22_000, 1100)),
            List.of(new Cost(30_000, 1000), new Cost(33_000, 1300)),
            List.of(OF_PLAIN, new Cost(24_000, 1200)));

    assertThat(SocketTable.of(List.of(PLAIN, BRAVE), sets))
        .isEqualTo(
            """
            | over sockets | CPU µs |    B |         added µs |          added B | ratio of µs | ratio of B |
            |--------------|-------:|-----:|-----------------:|-----------------:|------------:|-----------:|
            | plain        |   20.0 | 1000 |                  |                  |             |            |
            | brave        |   24.0 | 1200 | 3.0 (2.0 to 4.0) | 200 (100 to 300) |             |            |
            """);
  }

  @Test
  void of_peers_comparesWithTheBestInTimeAndTheBestInBytes() {
    List<Cost> set =
        List.of(OF_PLAIN, new Cost(24_000, 2000), new Cost(28_000, 1400), new Cost(22_000, 1200));

    assertThat(
            SocketTable.of(List.of(PLAIN, BRAVE, GRPC_TELEMETRY, WAYBILL_WITH_SPANS), List.of(set)))
        .contains("| 0.50 x brave | 0.50 x grpcTelemetry |");
  }
}
