package io.waybill.grpc;

import static io.waybill.grpc.Hops.key;
import static io.waybill.grpc.TwoSides.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.testing.CountedTelemetry;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A header whose values are not of the type of their field. */
class TypedValuesTest {
  private static final BaggageField<Long> NUMBER =
      BaggageField.identity("number", FieldCodec.int64());
  private static final BaggageField<UUID> ID = BaggageField.identity("id", FieldCodec.uuid());
  private static final BaggageField<TimeUnit> UNIT =
      BaggageField.attribute("unit", FieldCodec.enumOf(TimeUnit.class));

  private final TwoSides sides = new TwoSides();
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final OpenTelemetrySdk measured =
      OpenTelemetrySdk.builder()
          .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
          .build();

  @AfterEach
  void close() throws Exception {
    sides.close();
    measured.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void values_thatDoNotDecodeAreAbsentAndCounted(Kind kind) throws Exception {
    Queue<String> read = new ConcurrentLinkedQueue<>();
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void in(Callback callback) {
            RequestScope scope = RequestScope.current();
            read.add(scope.get(NUMBER) + " " + scope.get(ID) + " " + scope.get(UNIT));
          }
        };
    sides.spans = new CountedTelemetry(measured);
    Waybill serving = sides.strict(sides.waybill().carry(NUMBER).carry(ID).carry(UNIT));
    Server server =
        sides.hops.start(
            WaybillGrpc.install(sides.hops.serverBuilder().addService(handler.service()), serving));
    Metadata headers = new Metadata();
    headers.put(
        key("baggage"), "user.id=" + ANNA + ",number=" + ANNA + ",id=" + ANNA + ",unit=" + ANNA);
    var channel =
        ClientInterceptors.intercept(
            sides.hops.channel(server), MetadataUtils.newAttachHeadersInterceptor(headers));

    OneCall call = new OneCall(kind).start(channel, CallOptions.DEFAULT).send();

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.messages.peek().getText()).isEqualTo(ANNA);
    handler.awaitEnd();
    assertThat(read).containsOnly("null null null");
    assertThat(refused()).isEqualTo(3);
  }

  private long refused() {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals("waybill.dropped"))
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .filter(TypedValuesTest::isOfRefusal)
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  private static boolean isOfRefusal(LongPointData point) {
    return "refused".equals(point.getAttributes().get(AttributeKey.stringKey("waybill.outcome")));
  }
}
