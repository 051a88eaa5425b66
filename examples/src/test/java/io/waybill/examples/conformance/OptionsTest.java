package io.waybill.examples.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.BaggageField;
import io.waybill.sdk.policy.TrustZone;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @Test
  void parse_none() {
    Options options = Options.parse(List.of());

    assertThat(options.httpPort()).isZero();
    assertThat(options.grpcPort()).isZero();
    assertThat(options.callers()).isEqualTo(TrustZone.OWN);
    assertThat(options.identity())
        .allMatch(BaggageField::isIdentity)
        .extracting(BaggageField::name)
        .containsExactly("request.id", "user.id", "tenant.id", "session.id");
    assertThat(options.own()).isEmpty();
  }

  @Test
  void parse_all() {
    String line =
        "--http-port 1 --grpc-port 65535 --trust public --fields a,b --own h:1 --own [::1]:2"
            + " --server jetty --client jdk";
    Options options = Options.parse(List.of(line.split(" ")));

    assertThat(options.httpPort()).isEqualTo(1);
    assertThat(options.grpcPort()).isEqualTo(65535);
    assertThat(options.callers()).isEqualTo(TrustZone.PUBLIC);
    assertThat(options.identity()).extracting(BaggageField::name).containsExactly("a", "b");
    assertThat(options.own()).containsExactly("h:1", "[::1]:2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--unknown",
        "--http-port",
        "--http-port 65536",
        "--http-port -1",
        "--grpc-port x",
        "--trust partner",
        "--fields a,a",
        "--fields a,,b",
        "--fields a=b",
        "--fields cookie",
        "--own host",
        "--own http://host:1",
        "--own *.host:1",
        "--own host:0",
        "--server tomcat",
        "--client okhttp"
      })
  void run_wrongUsage(String line) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Conformance.run(List.of(line.split(" ")), new PrintStream(out), new PrintStream(err));

    assertThat(status).isEqualTo(2);
    assertThat(out.size()).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("conformance: ").contains("--help");
    assertThatThrownBy(() -> Options.parse(List.of(line.split(" "))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void run_portInUse() throws Exception {
    try (TestService other = TestService.start()) {
      String port = other.http().substring(other.http().indexOf(':') + 1);
      ByteArrayOutputStream err = new ByteArrayOutputStream();

      assertThat(
              Conformance.run(
                  List.of("--grpc-port", port), new PrintStream(System.out), new PrintStream(err)))
          .isEqualTo(1);
      assertThat(
              Conformance.run(
                  List.of("--http-port", port), new PrintStream(System.out), new PrintStream(err)))
          .isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains(port);
    }
  }
}
