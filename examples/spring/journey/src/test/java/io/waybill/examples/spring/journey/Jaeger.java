package io.waybill.examples.spring.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A real Jaeger, as {@code examples/run jaeger} has it. */
final class Jaeger implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final URI ui;
  private final URI export;

  private Jaeger(Process process, URI ui, URI export) {
    this.process = process;
    this.ui = ui;
    this.export = export;
  }

  static boolean isInstalled() throws IOException {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path store =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    Path waybill = store.resolve("waybill");
    if (!Files.isDirectory(waybill)) {
      return false;
    }
    try (Stream<Path> built = Files.find(waybill, 2, (path, is) -> path.endsWith("jaeger"))) {
      return built.findAny().isPresent();
    }
  }

  static Jaeger start() throws IOException {
    String ui = freePort();
    String http = freePort();
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Project.root().resolve("examples/run").toString(), "jaeger"));
    command.addAll(List.of("--no-container", "--ui-port", ui, "--http-port", http));
    command.addAll(List.of("--otlp-port", freePort(), "--health-port", freePort()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = output.readLine();
    assertThat(line).as("first line of Jaeger").startsWith("Jaeger UI: ");
    return new Jaeger(
        process, URI.create("http://127.0.0.1:" + ui), URI.create("http://127.0.0.1:" + http));
  }

  URI ui() {
    return ui;
  }

  /** Where spans go to. */
  URI export() {
    return export;
  }

  /** Returns the spans of a trace, and waits for {@code expected} of them, but not for ever. */
  List<TracedSpan> trace(String id, int expected) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    List<TracedSpan> spans = List.of();
    while (spans.size() < expected && System.nanoTime() < deadline) {
      spans = spans(get("/api/traces/" + id));
      if (spans.size() < expected) {
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
    return spans;
  }

  private JsonArray get(String path) throws Exception {
    String body =
        HTTP.send(HttpRequest.newBuilder(ui.resolve(path)).build(), BodyHandlers.ofString()).body();
    return JsonParser.parseString(body).getAsJsonObject().get("data") instanceof JsonArray found
        ? found
        : new JsonArray();
  }

  private static List<TracedSpan> spans(JsonArray traces) {
    List<TracedSpan> spans = new ArrayList<>();
    for (JsonElement trace : traces) {
      JsonObject processes = trace.getAsJsonObject().getAsJsonObject("processes");
      for (JsonElement span : trace.getAsJsonObject().getAsJsonArray("spans")) {
        spans.add(span(span.getAsJsonObject(), processes));
      }
    }
    return spans;
  }

  private static TracedSpan span(JsonObject span, JsonObject processes) {
    Map<String, String> tags = new HashMap<>();
    for (JsonElement tag : span.getAsJsonArray("tags")) {
      JsonObject pair = tag.getAsJsonObject();
      tags.put(pair.get("key").getAsString(), pair.get("value").getAsString());
    }
    JsonArray above = span.getAsJsonArray("references");
    JsonObject process = processes.getAsJsonObject(span.get("processID").getAsString());
    return new TracedSpan(
        process.get("serviceName").getAsString(),
        span.get("traceID").getAsString(),
        span.get("spanID").getAsString(),
        above.isEmpty() ? "" : above.get(0).getAsJsonObject().get("spanID").getAsString(),
        span.get("operationName").getAsString(),
        tags.getOrDefault("span.kind", "").toUpperCase(Locale.ROOT),
        0,
        0,
        tags,
        tags.getOrDefault("otel.scope.name", ""));
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(socket.getLocalPort());
    }
  }

  /** Stops it as Ctrl-C would, and waits. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }
}
