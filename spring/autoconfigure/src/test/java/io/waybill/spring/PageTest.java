package io.waybill.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;

/** The application of {@code spring/README.md} compiles, starts and answers as the page says. */
@ExtendWith(OutputCaptureExtension.class)
class PageTest {
  private static final String LOG_IN =
      "Basic " + Base64.getEncoder().encodeToString("anna:secret".getBytes(StandardCharsets.UTF_8));

  private static String block(String language) throws Exception {
    Path page = Path.of("..", "README.md").toAbsolutePath().normalize();
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(page));
    assertThat(block.find()).isTrue();
    return block.group(1);
  }

  private static void compile(Path source, Path classes) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = List.of("-d", classes.toString(), "-proc:none");
      assertThat(
              compiler
                  .getTask(null, files, null, options, null, files.getJavaFileObjects(source))
                  .call())
          .isTrue();
    }
  }

  private static String get(int port, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest request = HttpRequest.newBuilder(uri).header("authorization", LOG_IN).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  @Test
  void application_answersAsThePageSays(@TempDir Path folder, CapturedOutput output)
      throws Exception {
    int port = Spans.freePort();
    String own = String.valueOf(port);
    Path source = folder.resolve("Shop.java");
    Files.writeString(source, block("java").replace("8080", own));
    Path settings = folder.resolve("application.yml");
    Files.writeString(settings, block("yaml").replace("8080", own));
    compile(source, folder);

    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, PageTest.class.getClassLoader())) {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(loader);
      try (ConfigurableApplicationContext application =
          new SpringApplicationBuilder(loader.loadClass("shop.Shop"))
              .resourceLoader(new DefaultResourceLoader(loader))
              .properties(
                  "spring.config.location=" + settings.toUri(),
                  "server.port=" + port,
                  "management.tracing.export.otlp.enabled=false")
              .run()) {
        assertThat(application.isRunning()).isTrue();
        assertThat(get(port, "/orders/17")).isEqualTo("17 for anna\n");
        assertThat(get(port, "/actuator/waybill"))
            .contains("\"pattern\":\"http://127.0.0.1:" + port + "\"", "\"released\":1");
      } finally {
        thread.setContextClassLoader(before);
      }
    }
    assertThat(output).containsPattern("\\[[0-9a-f]{32} anna] .*looked up 17");
  }
}
