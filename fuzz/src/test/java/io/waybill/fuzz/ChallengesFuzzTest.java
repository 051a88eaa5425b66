package io.waybill.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waybill.sdk.internal.wire.Challenges;
import java.util.ArrayList;
import java.util.List;

/** What a server says of a token. Each input is lines of {@code WWW-Authenticate}. */
class ChallengesFuzzTest {
  private static final int MOST_CHARS = 8192;

  /** Never throws. What says nothing lets renew, what never says "bearer" does not. */
  @FuzzTest
  void letRenew_anyLines(byte[] data) {
    List<String> lines = Text.lines(data);
    String all = String.join(",", lines);
    boolean letsRenew = Challenges.letRenew(lines);

    if (all.length() > MOST_CHARS + lines.size()) {
      assertThat(letsRenew).isFalse();
    } else if (all.matches("[ \t,]*+")) {
      assertThat(letsRenew).isTrue();
    } else if (!all.matches("(?is).*bearer.*")) {
      assertThat(letsRenew).isFalse();
    }
  }

  /**
   * Challenges that are made, not read. In an input each line is one: its scheme, and parameters
   * between {@code |}, {@code Bearer|realm=a "shop"|error=invalid_token}; without {@code =} it is a
   * token68.
   */
  @FuzzTest
  void letRenew_asMade(byte[] data) {
    List<String> made = new ArrayList<>();
    boolean expected = false;
    for (String line : Text.lines(data)) {
      List<String> parts = List.of(line.split("\\|"));
      String scheme = parts.isEmpty() ? "x" : token(parts.get(0));
      List<String> parameters = parts.subList(Math.min(1, parts.size()), parts.size());
      made.add(scheme + " " + written(parameters));
      expected |= scheme.equalsIgnoreCase("bearer") && !isError(parameters);
    }

    if (made.stream().mapToInt(String::length).sum() <= MOST_CHARS) {
      assertThat(Challenges.letRenew(made)).isEqualTo(expected);
      assertThat(Challenges.letRenew(List.of(String.join(" ,\t", made)))).isEqualTo(expected);
    }
  }

  private static String written(List<String> parameters) {
    if (parameters.size() == 1 && !parameters.get(0).contains("=")) {
      return parameters.get(0).replaceAll("[^A-Za-z0-9._~+/-]", "~") + "==";
    }
    return String.join(", ", parameters.stream().map(ChallengesFuzzTest::parameter).toList());
  }

  /** As a quoted string (RFC 9110 §5.6.4), with a token for each name. */
  private static String parameter(String text) {
    String[] pair = pair(text);
    return pair[0] + " = \"" + pair[1].replaceAll("([\"\\\\])", "\\\\$1") + "\"";
  }

  private static boolean isError(List<String> parameters) {
    return parameters.stream()
        .filter(parameter -> parameters.size() > 1 || parameter.contains("="))
        .map(ChallengesFuzzTest::pair)
        .anyMatch(pair -> pair[0].equalsIgnoreCase("error") && !pair[1].equals("invalid_token"));
  }

  private static String[] pair(String text) {
    int equals = text.indexOf('=');
    return equals < 0
        ? new String[] {token(text), ""}
        : new String[] {token(text.substring(0, equals)), text.substring(equals + 1)};
  }

  private static String token(String text) {
    String token = text.replaceAll("[^!#$%&'*+.^_`|~0-9A-Za-z-]", "");
    return token.isEmpty() ? "x" : token;
  }
}
