package io.waybill.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which of several {@code traceparent} lines is the parent. */
class MetadataCarrierTest {
  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private static Metadata linesOfOneTrace(int count) {
    Metadata headers = new Metadata();
    IntStream.range(0, count).forEach(span -> headers.put(TRACEPARENT, line(span)));
    return headers;
  }

  private static String line(int span) {
    return String.format("00-0af7651916cd43dd8448eb211c80319c-b7ad6b71%08d-01", span);
  }

  @Test
  void getAll_linesOfOneTrace_theLast() {
    assertThat(MetadataCarrier.INSTANCE.getAll(linesOfOneTrace(8), "traceparent"))
        .toIterable()
        .containsExactly(line(7));
  }

  /** No tracings are so many, and a peer could have us read as many as it sends. */
  @Test
  void getAll_nineLinesOfOneTrace_areSeveral() {
    assertThat(MetadataCarrier.INSTANCE.getAll(linesOfOneTrace(9), "traceparent"))
        .toIterable()
        .hasSize(9);
  }
}
