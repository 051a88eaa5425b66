package io.waybill.examples.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConformanceTest {
  /** SIGTERM; and 0 where the system has no signals. */
  private static final List<Integer> CLEAN_EXITS = List.of(0, 143);

  @Test
  void main_printsWhereItListensAndEndsWhenAsked() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Conformance.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = process.inputReader()) {
      String http = out.readLine();
      String grpc = out.readLine();
      assertThat(http).matches("http 127\\.0\\.0\\.1:[1-9][0-9]*");
      assertThat(grpc).matches("grpc 127\\.0\\.0\\.1:[1-9][0-9]*");

      assertThat(get("http://" + http.substring("http ".length()) + "/probe")).isEqualTo(200);
      assertOnLoopbackOnly(http);
      assertOnLoopbackOnly(grpc);

      // Not by the process itself, which would also close what is read below.
      process.toHandle().destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(CLEAN_EXITS).contains(process.exitValue());
      assertThat(out.readLine()).isNull();
    } finally {
      process.destroyForcibly();
    }
  }

  private static int get(String url) throws Exception {
    HttpResponse<Void> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding());
    return answer.statusCode();
  }

  private static void assertOnLoopbackOnly(String line) throws IOException {
    int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : card.inetAddresses().toList()) {
        if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
          assertThat(accepts(new InetSocketAddress(address, port))).isFalse();
        }
      }
    }
  }

  private static boolean accepts(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, 5_000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }
}
