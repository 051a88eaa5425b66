package io.waybill.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The demo's journey, found in a real Jaeger where its users look: by tag. */
class JaegerTest {
  private static final String JAEGER = Outside.root().resolve("examples/run").toString();
  private static final String PARTNER = "partner";
  private static final Set<String> SERVICES =
      Set.of("edge", "orders", "inventory", "billing", PARTNER);
  private static final Set<String> IDENTITY = Set.of("request.id", "user.id", "tenant.id");
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static @Nullable Running jaeger;
  private static String ui = "";
  private static String demo = "";

  @BeforeAll
  static void runTheDemoAgainstJaeger() throws Exception {
    if (!isInstalled() && "true".equals(System.getenv("CI"))) {
      install();
    }
    Outside.require(
        "JAEGER SUITE",
        "Get one by: examples/run jaeger --install",
        isInstalled() ? "true" : "jaeger-which-is-not-here");
    int uiPort = Running.freePort();
    int otlpPort = Running.freePort();
    jaeger =
        Running.start(
            Map.of(),
            List.of("Jaeger UI: "),
            List.of(
                JAEGER,
                "jaeger",
                // Its image may still have to be pulled, which would be a surprise in a build.
                "--no-container",
                "--ui-port",
                "" + uiPort,
                "--otlp-port",
                "" + otlpPort,
                "--http-port",
                "" + Running.freePort(),
                "--health-port",
                "" + Running.freePort()));
    ui = jaeger.await("Jaeger UI: ");
    Map<String, String> export =
        Map.of(
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            "grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://127.0.0.1:" + otlpPort);
    try (Running run =
        Running.start(
            export,
            List.of(),
            Running.java(List.of(), "io.waybill.examples.demo.Demo", "--jaeger", ui))) {
      assertThat(run.exitStatus(300)).as(run.text()).isZero();
      demo = run.text();
    }
  }

  @AfterAll
  static void stopJaeger() throws Exception {
    if (jaeger != null) {
      jaeger.close();
    }
  }

  @Test
  void demo_printsTheLinkOfEachTrace() {
    assertThat(demo.lines().filter(line -> line.contains(ui + "/trace/")).distinct().count())
        .as(demo)
        .isGreaterThanOrEqualTo(6);
  }

  @Test
  void traceFoundByTenant() throws Exception {
    String tenant = aTenant();
    JsonArray traces = search(tenant);

    for (JsonElement found : traces) {
      Trace trace = new Trace(found.getAsJsonObject());
      assertThat(trace.services()).as("services").isEqualTo(SERVICES);
      trace.checkParents();
      trace.checkIdentity(tenant);
    }
  }

  @Test
  void ui_showsTheTraceByItsId() throws Exception {
    String link =
        demo.lines()
            .filter(line -> line.contains("/trace/"))
            .map(line -> line.replaceAll(".*/trace/([0-9a-f]{32}).*", "$1"))
            .findFirst()
            .orElseThrow();

    assertThat(awaitTraces("/api/traces/" + link, traces -> traces.size() == 1)).hasSize(1);
    assertThat(HTTP.send(request("/trace/" + link), BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  private static JsonArray search(String tenant) throws Exception {
    String tags = URLEncoder.encode("{\"tenant.id\":\"" + tenant + "\"}", StandardCharsets.UTF_8);
    JsonArray traces =
        awaitTraces("/api/traces?service=edge&limit=100&tags=" + tags, JaegerTest::areWhole);
    assertThat(traces).as("traces of tenant " + tenant).isNotEmpty();
    return traces;
  }

  /** Asks again, but not for ever: the demo has flushed its export, which Jaeger has to write. */
  private static JsonArray awaitTraces(String path, Predicate<JsonArray> expected)
      throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      JsonArray traces = get(path).get("data") instanceof JsonArray found ? found : new JsonArray();
      if (expected.test(traces) || System.nanoTime() - deadline > 0) {
        return traces;
      }
      LockSupport.parkNanos(100_000_000);
    }
  }

  private static boolean areWhole(JsonArray traces) {
    boolean whole = traces.size() > 0;
    for (JsonElement trace : traces) {
      whole &= new Trace(trace.getAsJsonObject()).isWhole();
    }
    return whole;
  }

  private static String aTenant() throws Exception {
    // By what only requests have: a renewal is a trace of its own, and nobody's.
    String requests =
        URLEncoder.encode("{\"http.request.method\":\"POST\"}", StandardCharsets.UTF_8);
    JsonArray traces =
        awaitTraces("/api/traces?service=edge&limit=1&tags=" + requests, JaegerTest::areWhole);
    Trace trace = new Trace(traces.get(0).getAsJsonObject());
    return trace.tags(trace.spansOf("edge").get(0)).get("tenant.id");
  }

  private static JsonObject get(String path) throws Exception {
    String body = HTTP.send(request(path), BodyHandlers.ofString()).body();
    return JsonParser.parseString(body).getAsJsonObject();
  }

  private static HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(ui + path)).build();
  }

  private static boolean isInstalled() throws IOException {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path store =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    try (var built =
        Files.isDirectory(store.resolve("waybill"))
            ? Files.find(store.resolve("waybill"), 2, (path, is) -> path.endsWith("jaeger"))
            : java.util.stream.Stream.<Path>empty()) {
      return built.findAny().isPresent() || Outside.runs("jaeger", "version");
    }
  }

  private static void install() throws Exception {
    try (Running build =
        Running.start(Map.of(), List.of(), List.of(JAEGER, "jaeger", "--install"))) {
      assertThat(build.exitStatus(1500)).as(build.text()).isZero();
    }
  }

  /** A trace in the JSON of Jaeger's query API. */
  private static final class Trace {
    private final JsonObject trace;

    Trace(JsonObject trace) {
      this.trace = trace;
    }

    Set<String> services() {
      Set<String> services = new HashSet<>();
      spans().forEach(span -> services.add(service(span)));
      return services;
    }

    /** Returns whether no service is missing, and no span above another one. */
    boolean isWhole() {
      Set<String> ids = new HashSet<>();
      spans().forEach(span -> ids.add(span.get("spanID").getAsString()));
      List<String> parents = spans().stream().map(Trace::parent).filter(Objects::nonNull).toList();
      return services().equals(SERVICES)
          && ids.containsAll(parents)
          && parents.size() == ids.size() - 1;
    }

    List<JsonObject> spansOf(String service) {
      return spans().stream().filter(span -> service(span).equals(service)).toList();
    }

    Map<String, String> tags(JsonObject span) {
      Map<String, String> tags = new HashMap<>();
      for (JsonElement tag : span.getAsJsonArray("tags")) {
        JsonObject pair = tag.getAsJsonObject();
        tags.put(pair.get("key").getAsString(), pair.get("value").getAsString());
      }
      return tags;
    }

    /** One root, every other span below one of this trace, SERVER spans below a CLIENT's. */
    void checkParents() {
      Map<String, JsonObject> byId = new HashMap<>();
      spans().forEach(span -> byId.put(span.get("spanID").getAsString(), span));
      int roots = 0;
      for (JsonObject span : spans()) {
        String parent = parent(span);
        if (parent == null) {
          roots++;
          assertThat(service(span)).isEqualTo("edge");
        } else {
          assertThat(byId).as("parent of " + span).containsKey(parent);
          boolean server = "server".equals(tags(span).get("span.kind"));
          String kindAbove = tags(byId.get(parent)).get("span.kind");
          assertThat(kindAbove).isEqualTo(server ? "client" : "server");
        }
      }
      assertThat(roots).isEqualTo(1);
    }

    void checkIdentity(String tenant) {
      Set<String> requests = new HashSet<>();
      for (JsonObject span : spans()) {
        Map<String, String> tags = tags(span);
        if (service(span).equals(PARTNER)) {
          assertThat(tags).doesNotContainKeys(IDENTITY.toArray(new String[0]));
        } else {
          assertThat(tags).containsKeys(IDENTITY.toArray(new String[0]));
          assertThat(tags).containsEntry("tenant.id", tenant);
          requests.add(tags.get("request.id"));
        }
      }
      assertThat(requests).as("request ids in one trace").hasSize(1);
    }

    private List<JsonObject> spans() {
      return trace.getAsJsonArray("spans").asList().stream()
          .map(JsonElement::getAsJsonObject)
          .toList();
    }

    private String service(JsonObject span) {
      return trace
          .getAsJsonObject("processes")
          .getAsJsonObject(span.get("processID").getAsString())
          .get("serviceName")
          .getAsString();
    }

    private static @Nullable String parent(JsonObject span) {
      JsonArray references = span.getAsJsonArray("references");
      return references.isEmpty()
          ? null
          : references.get(0).getAsJsonObject().get("spanID").getAsString();
    }
  }
}
