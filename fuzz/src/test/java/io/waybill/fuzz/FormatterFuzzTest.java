package io.waybill.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.waybill.sdk.internal.wire.BaggageFormatter;
import io.waybill.sdk.internal.wire.BaggageParser;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Members to a header line. Each input is entries, as {@link Entry} says. */
class FormatterFuzzTest {

  @FuzzTest
  void format_parse_sameEntries(byte[] data) {
    BaggageFormatter formatter = new BaggageFormatter(64, 8192);
    List<Entry> written = write(Entry.of(data), formatter);

    assertThat(Entry.of(BaggageParser.parse(List.of(text(formatter)), 64, 8192)))
        .isEqualTo(written);
  }

  @FuzzTest
  void format_keepsItsBudget(byte[] data) {
    int maxMembers = data.length % 7;
    int maxBytes = data.length % 151;
    BaggageFormatter formatter = new BaggageFormatter(maxMembers, maxBytes);
    List<Entry> written = write(Entry.of(data), formatter);
    String text = text(formatter);

    assertThat(written).hasSizeLessThanOrEqualTo(maxMembers);
    assertThat(text).hasSizeLessThanOrEqualTo(maxBytes).matches("[ -~\t]*");
    long commas = text.chars().filter(c -> c == ',').count();
    assertThat(text.isEmpty() ? 0 : commas + 1).isEqualTo(written.size());
  }

  @FuzzTest
  void format_openTelemetryReadsTheSame(byte[] data) {
    BaggageFormatter formatter = new BaggageFormatter(64, 8192);
    List<Entry> written = write(Entry.of(data), formatter);
    Context read =
        W3CBaggagePropagator.getInstance()
            .extract(Context.root(), Headers.one("baggage", text(formatter)), Headers.GETTER);

    List<Entry> entries = new ArrayList<>();
    Baggage.fromContext(read)
        .forEach(
            (name, entry) ->
                entries.add(new Entry(name, entry.getValue(), entry.getMetadata().getValue())));
    assertThat(entries).containsExactlyInAnyOrderElementsOf(written);
  }

  /** Writes each name once, and returns what was written as it should arrive. */
  private static List<Entry> write(List<Entry> entries, BaggageFormatter formatter) {
    List<Entry> written = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Entry entry : entries) {
      if (!names.contains(entry.name())
          && formatter.add(entry.name(), entry.value(), entry.properties())) {
        names.add(entry.name());
        written.add(entry.asReceived());
      }
    }
    return written;
  }

  private static String text(BaggageFormatter formatter) {
    return Objects.requireNonNullElse(formatter.text(), "");
  }
}
