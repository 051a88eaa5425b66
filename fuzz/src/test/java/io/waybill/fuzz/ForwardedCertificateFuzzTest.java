package io.waybill.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.internal.wire.ForwardedCertificate;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who is behind a proxy. Each input is lines of {@code x-forwarded-client-cert}. */
class ForwardedCertificateFuzzTest {
  // Envoy's documentation of the header, in which the last element is what no comma follows.
  private static final String VALUE = "(?:\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*+\"|[!#-+\\--:<-~]*+)";
  private static final String PAIR = "([A-Za-z]++)=(" + VALUE + ")";
  private static final String ELEMENT = "[ \t]*+" + PAIR + "(?:;" + PAIR + ")*+";
  private static final Pattern NEXT_ELEMENT = Pattern.compile(ELEMENT + "(,?)");
  private static final Pattern NEXT_PAIR = Pattern.compile("[ \t]*+" + PAIR + ";?");

  private static final InetSocketAddress LISTENER =
      InetSocketAddress.createUnresolved("localhost", 8443);
  private static final Peer GATE = Peer.verified(Set.of("dns:gate"), null, LISTENER);
  private static final List<Peer> SEEN = new ArrayList<>();
  private static final Waybill BEHIND =
      Waybill.builder(OpenTelemetry.noop())
          .peers(
              PeerRules.none()
                  .forwardedCertificate(8443, "dns:gate")
                  .verified("spiffe://shop/*", TrustZone.OWN))
          .onRequest((incoming, scope) -> SEEN.add(incoming.peer()))
          .spans(SpanMode.NEVER)
          .leakDetection(LeakDetection.OFF)
          .build();

  @FuzzTest
  void parse_lastElement(byte[] data) {
    String line = String.join("\n", Text.lines(data));
    ForwardedCertificate read = ForwardedCertificate.parse(line);
    List<String> pairs = lastElement(line);

    if (read == null) {
      assertThat(pairs).isNull();
    } else {
      assertThat(pairs).isNotNull();
      assertThat(read.uris()).isEqualTo(values(pairs, "uri"));
      assertThat(read.dnsNames()).isEqualTo(values(pairs, "dns"));
    }
  }

  /** Any lines, from the proxy and from anybody: nothing throws, and no name is of both kinds. */
  @FuzzTest
  void receive_anyLines(byte[] data) {
    List<String> lines = Text.lines(data);
    Peer behind = receive(lines, GATE);
    List<String> pairs = lines.size() == 1 ? lastElement(lines.get(0)) : null;

    if (pairs == null) {
      assertThat(behind.verifiedNames()).isEmpty();
    }
    for (String name : behind.verifiedNames()) {
      assertThat(name).matches("dns:[a-z0-9_.-]+|(?!dns:)[a-z][a-z0-9+.-]*://[^*@/][^*\\\\\" ]*");
      String kind = name.startsWith("dns:") ? "dns" : "uri";
      String bare = kind.equals("dns") ? name.substring(4) : name;
      assertThat(values(pairs, kind)).anyMatch(value -> value.equalsIgnoreCase(bare));
    }
    Peer stranger = Peer.verified(Set.of("dns:stranger"), null, LISTENER);
    assertThat(receive(lines, stranger)).isSameAs(stranger);
  }

  private static Peer receive(List<String> lines, Peer peer) {
    SEEN.clear();
    BEHIND
        .receive(
            Headers.of(lines, ForwardedCertificate.HEADER), Headers.GETTER, peer, "GET", s -> {})
        .end();
    return SEEN.get(0);
  }

  /** Returns the pairs of the last element, {@code key=value}; null if the line is malformed. */
  private static List<String> lastElement(String line) {
    Matcher element = NEXT_ELEMENT.matcher(line);
    List<String> last = null;
    boolean more = line.length() <= ForwardedCertificate.MOST_CHARS;
    int at = 0;
    while (more && element.region(at, line.length()).lookingAt()) {
      last = pairs(element.group());
      if (last == null) {
        return null;
      }
      at = element.end();
      more = !element.group(5).isEmpty();
    }
    return !more && at == line.length() ? last : null;
  }

  private static List<String> pairs(String element) {
    List<String> pairs = new ArrayList<>();
    Set<String> once = new HashSet<>();
    Matcher pair = NEXT_PAIR.matcher(element);
    int names = 0;
    for (int at = 0; pair.region(at, element.length()).lookingAt(); at = pair.end()) {
      String key = pair.group(1).toLowerCase(Locale.ROOT);
      String value = pair.group(2);
      boolean quoted = value.startsWith("\"");
      pairs.add(key + "=" + (quoted ? value.substring(1, value.length() - 1) : value));
      if (key.equals("uri") || key.equals("dns")) {
        names++;
      } else if (!key.equals("by") && !once.add(key)) {
        return null;
      }
    }
    return names <= 64 ? pairs : null;
  }

  private static List<String> values(List<String> pairs, String key) {
    return pairs.stream()
        .filter(pair -> pair.startsWith(key + "="))
        .map(pair -> pair.substring(key.length() + 1))
        .toList();
  }
}
