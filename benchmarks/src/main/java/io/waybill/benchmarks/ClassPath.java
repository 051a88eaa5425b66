package io.waybill.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A class path, and the packages whose benchmarks run on it. Some libraries change what others cost
 * by lying on the class path alone, so each peer of that kind has one of its own.
 */
enum ClassPath {
  OWN("scope|wire", "", 3),
  PEERS("grpc|http|micrometer|span", "peers", 12),
  INSTRUMENTED("instrumented", "instrumented", 12);

  private final String packages;
  private final Path module;
  private final int warmUps;

  ClassPath(String packages, String module, int warmUps) {
    this.packages = packages;
    this.module = Path.of(module);
    this.warmUps = warmUps;
  }

  /** Returns how often a benchmark is warmed up: a call is much code to compile. */
  int warmUps() {
    return warmUps;
  }

  /** Returns what matches the names of all benchmarks that run on another class path. */
  String others() {
    return "^(?!io\\.waybill\\.benchmarks\\.(" + packages + ")\\.)";
  }

  /** Returns the file that JMH writes its own result to. */
  String result(int jdk) {
    return "target/jmh-" + jdk + "-" + name().toLowerCase(Locale.ROOT) + ".json";
  }

  /**
   * Lets the JVMs that JMH starts have this class path: it gives them its own, by this property.
   */
  void use() {
    System.setProperty("java.class.path", path());
  }

  /** Returns it as a JVM is given it. */
  String path() {
    Path target = module.resolve("target");
    try {
      String libraries = Files.readString(target.resolve("class-path")).strip();
      return target.resolve("classes") + ":" + libraries;
    } catch (IOException unbuilt) {
      throw new UncheckedIOException(unbuilt);
    }
  }
}
