package io.waybill.examples.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.BaggageField;
import io.waybill.examples.Project;
import io.waybill.sdk.policy.TrustZone;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
    assertThat(options.server()).isEqualTo(ServerKind.JETTY);
    assertThat(options.client()).isEqualTo(ClientKind.JDK);
  }

  @Test
  void parse_all() {
    String line =
        "--http-port 1 --grpc-port 65535 --trust public --fields a,b --own h:1 --own [::1]:2"
            + " --server tomcat --client apache-async";
    Options options = Options.parse(List.of(line.split(" ")));

    assertThat(options.httpPort()).isEqualTo(1);
    assertThat(options.grpcPort()).isEqualTo(65535);
    assertThat(options.callers()).isEqualTo(TrustZone.PUBLIC);
    assertThat(options.identity()).extracting(BaggageField::name).containsExactly("a", "b");
    assertThat(options.own()).containsExactly("h:1", "[::1]:2");
    assertThat(options.server()).isEqualTo(ServerKind.TOMCAT);
    assertThat(options.client()).isEqualTo(ClientKind.APACHE_ASYNC);
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
        "--server Tomcat",
        "--server netty",
        "--client apache_async",
        "--client"
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
  void parse_unknownKind_namesAll() {
    assertThatThrownBy(() -> Options.parse(List.of("--server", "netty")))
        .hasMessage("--server: netty (expected: " + choices(ServerKind.values()) + ")");
    assertThatThrownBy(() -> Options.parse(List.of("--client", "netty")))
        .hasMessage("--client: netty (expected: " + choices(ClientKind.values()) + ")");
  }

  private static String choices(Enum<?>... kinds) {
    return Stream.of(kinds).map(Options::name).collect(Collectors.joining(" or "));
  }

  @Test
  void help_namesAllKinds() throws Exception {
    String usage =
        Files.readString(
            Project.root().resolve("examples/src/main/resources/usage/conformance.txt"));

    assertThat(usage.replaceAll("\\s+", " "))
        .contains("--server KIND what serves HTTP: " + choices(ServerKind.values()))
        .contains("--client KIND what calls by HTTP: " + choices(ClientKind.values()));
  }

  @ParameterizedTest
  @EnumSource
  void run_portInUse(ServerKind server) throws Exception {
    try (TestService other = TestService.start()) {
      String port = other.http().substring(other.http().indexOf(':') + 1);
      ByteArrayOutputStream err = new ByteArrayOutputStream();

      assertThat(
              Conformance.run(
                  List.of("--grpc-port", port), new PrintStream(System.out), new PrintStream(err)))
          .isEqualTo(1);
      assertThat(
              Conformance.run(
                  List.of("--server", Options.name(server), "--http-port", port),
                  new PrintStream(System.out),
                  new PrintStream(err)))
          .isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains(port);
    }
  }
}
