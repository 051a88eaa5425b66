package io.waybill.sdk;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.sdk.internal.policy.Policy;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.wire.ForwardedCertificate;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.Peer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** Who is behind a proxy, by the certificate that the proxy says it has seen. */
final class ProxiedPeer {
  private ProxiedPeer() {}

  /**
   * Returns who sent what {@code peer} hands on: itself, unless it is a proxy whose word counts. If
   * that names nobody, or nobody can read whom, the sender has no name.
   */
  static <C> Peer of(
      Peer peer, Policy policy, C carrier, TextMapGetter<C> getter, DecisionRecorder recorder) {
    if (!policy.hasProxies()) {
      return peer;
    }
    List<String> lines = lines(carrier, getter);
    boolean isProxy = policy.isProxy(peer);
    ForwardedCertificate certificate =
        isProxy && lines.size() == 1 ? ForwardedCertificate.parse(lines.get(0)) : null;
    if (certificate == null && !lines.isEmpty()) {
      recorder.drop(ForwardedCertificate.HEADER, isProxy ? unreadable(lines) : Outcome.UNTRUSTED);
    }
    if (!isProxy) {
      return peer;
    }
    return certificate == null
        ? peer.forwarding(List.of(), List.of())
        : peer.forwarding(certificate.uris(), certificate.dnsNames());
  }

  /** Of several lines nobody knows which the proxy wrote, and which was there before. */
  private static Outcome unreadable(List<String> lines) {
    if (lines.size() > 1) {
      return Outcome.DISPUTED;
    }
    return lines.get(0).length() > ForwardedCertificate.MOST_CHARS
        ? Outcome.OVER_LIMIT
        : Outcome.INVALID;
  }

  /** Returns the lines, two at most: more say nothing else. A line that can't be read is empty. */
  private static <C> List<String> lines(C carrier, TextMapGetter<C> getter) {
    List<String> lines = new ArrayList<>(2);
    try {
      Iterator<String> all = getter.getAll(carrier, ForwardedCertificate.HEADER);
      while (lines.size() < 2 && all.hasNext()) {
        lines.add(Objects.requireNonNullElse(all.next(), ""));
      }
      return lines;
    } catch (Throwable carrierFailed) {
      return List.of("");
    }
  }
}
