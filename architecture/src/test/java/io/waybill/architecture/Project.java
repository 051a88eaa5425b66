package io.waybill.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project is: upwards from where a test runs, its module's folder or an editor's. */
final class Project {
  private Project() {}

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("architecture"))) {
      folder = folder.getParent();
      assertThat(folder).as("a parent folder that holds architecture/").isNotNull();
    }
    return folder;
  }
}
