package io.waybill.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project's files are. */
public final class Project {
  private Project() {}

  /** Upwards from where the test was started: Maven starts it in its module, an editor may not. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("examples/run"))) {
      folder = folder.getParent();
      assertThat(folder).as("a parent folder that holds examples/run").isNotNull();
    }
    return folder;
  }
}
