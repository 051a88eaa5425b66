package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassPathTest {

  @ParameterizedTest
  @ValueSource(strings = {"scope.EnterScope", "wire.Inject", "grpc.Unary", "instrumented.Unary"})
  void others_leaveEachBenchmarkOneClassPath(String name) {
    assertThat(Arrays.stream(ClassPath.values()))
        .filteredOn(classPath -> !isOther(classPath, "io.waybill.benchmarks." + name + ".plain"))
        .hasSize(1);
  }

  private static boolean isOther(ClassPath classPath, String benchmark) {
    return Pattern.compile(classPath.others()).matcher(benchmark).find();
  }
}
