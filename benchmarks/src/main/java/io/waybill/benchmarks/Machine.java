package io.waybill.benchmarks;

import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where a run took place, as far as it matters to the numbers. */
final class Machine {
  private Machine() {}

  /** Returns the major version of the JDK. */
  static int jdk() {
    return Runtime.version().feature();
  }

  /** Returns a line with the JDK's version, the CPUs and the date (UTC); no path, no host name. */
  static String describe() {
    return String.format(
        "%s %s, %d CPUs, %s %s, on %s.",
        System.getProperty("java.vm.name"),
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        LocalDate.now(ZoneOffset.UTC));
  }
}
