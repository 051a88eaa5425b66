package io.waybill.examples.spring.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project's files are: upwards from where the test was started. */
final class Project {
  private Project() {}

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("examples/run"))) {
      folder = folder.getParent();
      assertThat(folder).as("a parent folder that holds examples/run").isNotNull();
    }
    return folder;
  }

  static Path spring() {
    return root().resolve("examples/spring");
  }
}
