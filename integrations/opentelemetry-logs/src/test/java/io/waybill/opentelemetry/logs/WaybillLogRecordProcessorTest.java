package io.waybill.opentelemetry.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.logs.LogLimits;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaybillLogRecordProcessorTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());
  private static final AttributeKey<String> USER_KEY = AttributeKey.stringKey("user.id");
  private static final AttributeKey<String> TARIFF_KEY = AttributeKey.stringKey("tariff");

  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop()).carry(USER).carry(TENANT).carry(PLAN).build();
  private final WaybillLogRecordProcessor processor =
      WaybillLogRecordProcessor.create(ScopeFields.of(USER).as(PLAN, "tariff"));
  private final InMemoryLogRecordExporter exporter = InMemoryLogRecordExporter.create();
  private final SdkLoggerProvider provider =
      SdkLoggerProvider.builder()
          .addLogRecordProcessor(SimpleLogRecordProcessor.create(exporter))
          .addLogRecordProcessorFirst(processor)
          .build();
  private final Logger logger = provider.get("test");

  @AfterEach
  void stop() {
    provider.close();
  }

  @Test
  void record_getsChosenFieldsUnderChosenNames() {
    waybill.request().with(USER, "u-1").with(TENANT, "t-1").with(PLAN, "gold").run(() -> emit());

    assertThat(exported()).containsExactly(Attributes.of(USER_KEY, "u-1", TARIFF_KEY, "gold"));
  }

  @Test
  void record_outsideAndWithoutValueIsAsItWas() {
    emit();
    waybill.request().run(() -> emit());

    assertThat(exported()).containsExactly(Attributes.empty(), Attributes.empty());
  }

  @Test
  void record_keepsItsOwnAttributes() {
    waybill
        .request()
        .with(USER, "u-1")
        .run(() -> record().setAttribute(TARIFF_KEY, "theirs").emit());

    assertThat(exported()).containsExactly(Attributes.of(USER_KEY, "u-1", TARIFF_KEY, "theirs"));
  }

  @Test
  void record_thatNamesAnotherUser() {
    waybill.request().with(USER, "u-1").run(() -> record().setAttribute(USER_KEY, "u-2").emit());
    waybill.request().run(() -> record().setAttribute(USER_KEY, "u-2").emit());

    assertThat(exported())
        .containsExactly(Attributes.of(USER_KEY, "u-1"), Attributes.of(USER_KEY, "u-2"));
  }

  @Test
  void record_showsIdentifyFromThenOnAndWithInTheChildAlone() {
    waybill
        .request()
        .run(
            () -> {
              emit();
              RequestScope.current().identify(USER, "u-1");
              RequestScope.current().with(PLAN, "gold").run(() -> emit());
              emit();
            });

    assertThat(exported())
        .containsExactly(
            Attributes.empty(),
            Attributes.of(USER_KEY, "u-1", TARIFF_KEY, "gold"),
            Attributes.of(USER_KEY, "u-1"));
  }

  @Test
  void record_belongsToItsContextNotToTheThread() {
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              Context first = Context.current();
              waybill.request().with(USER, "u-2").run(() -> record().setContext(first).emit());
              record().setContext(Context.root()).emit();
            });

    assertThat(exported()).containsExactly(Attributes.of(USER_KEY, "u-1"), Attributes.empty());
  }

  @Test
  void record_valueIsNotEscaped() {
    waybill.request().with(USER, "a\r\n\u2028\\b").run(() -> emit());

    assertThat(exported()).containsExactly(Attributes.of(USER_KEY, "a\r\n\u2028\\b"));
  }

  @Test
  void records_ofTwoRequestsTakingTurns() throws Exception {
    int records = 50;
    CyclicBarrier turn = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Future<?> first = threads.submit(() -> emitInTurns("u-1", records, turn));
    Future<?> second = threads.submit(() -> emitInTurns("u-2", records, turn));
    first.get();
    second.get();
    threads.shutdown();

    assertThat(exporter.getFinishedLogRecordItems())
        .hasSize(2 * records)
        .allMatch(
            data -> data.getBodyValue().asString().equals(data.getAttributes().get(USER_KEY)));
  }

  /** Read when it is emitted: the batch is exported on another thread, after the request. */
  @Test
  void record_exportedInABatch() {
    InMemoryLogRecordExporter batched = InMemoryLogRecordExporter.create();
    try (SdkLoggerProvider batching =
        SdkLoggerProvider.builder()
            .addLogRecordProcessor(processor)
            .addLogRecordProcessor(BatchLogRecordProcessor.builder(batched).build())
            .build()) {
      waybill.request().with(USER, "u-1").run(() -> batching.get("test").logRecordBuilder().emit());
      batching.forceFlush().join(30, TimeUnit.SECONDS);

      assertThat(batched.getFinishedLogRecordItems())
          .singleElement()
          .satisfies(data -> assertThat(data.getAttributes().get(USER_KEY)).isEqualTo("u-1"));
    }
  }

  /** The limit of the SDK holds for us too: what the record had first stays. */
  @Test
  void record_thatIsFull() {
    InMemoryLogRecordExporter limited = InMemoryLogRecordExporter.create();
    try (SdkLoggerProvider small =
        SdkLoggerProvider.builder()
            .setLogLimits(() -> LogLimits.builder().setMaxNumberOfAttributes(1).build())
            .addLogRecordProcessor(processor)
            .addLogRecordProcessor(SimpleLogRecordProcessor.create(limited))
            .build()) {
      Logger full = small.get("test");
      waybill
          .request()
          .with(USER, "u-1")
          .run(() -> full.logRecordBuilder().setAttribute(TARIFF_KEY, "theirs").emit());

      assertThat(limited.getFinishedLogRecordItems())
          .singleElement()
          .satisfies(
              data -> {
                assertThat(data.getAttributes()).isEqualTo(Attributes.of(TARIFF_KEY, "theirs"));
                assertThat(data.getTotalAttributeCount()).isEqualTo(2);
              });
    }
  }

  private Void emitInTurns(String user, int records, CyclicBarrier turn) throws Exception {
    for (int i = 0; i < records; i++) {
      turn.await();
      waybill.request().with(USER, user).run(() -> record().setBody(user).emit());
    }
    return null;
  }

  private LogRecordBuilder record() {
    return logger.logRecordBuilder();
  }

  /** As behind an asynchronous appender, whose thread is in no request. */
  @Test
  void record_emittedOnAnotherThread_hasTheContextThatItIsGiven() throws Exception {
    Context logged = waybill.request().with(USER, "u-1").call(Context::current);
    ExecutorService appender = Executors.newSingleThreadExecutor();

    appender.submit(this::emit).get(30, TimeUnit.SECONDS);
    appender.submit(() -> record().setContext(logged).emit()).get(30, TimeUnit.SECONDS);
    appender.shutdown();

    assertThat(exporter.getFinishedLogRecordItems())
        .extracting(record -> record.getAttributes().get(USER_KEY))
        .containsExactly(null, "u-1");
  }

  private void emit() {
    record().emit();
  }

  private List<Attributes> exported() {
    return exporter.getFinishedLogRecordItems().stream().map(data -> data.getAttributes()).toList();
  }
}
