package io.waybill.sdk.internal.configuration;

import io.waybill.sdk.policy.Limits;
import java.util.function.BiFunction;

/** The settings of {@code waybill.limits}, each of which changes one of the default limits. */
final class LimitSettings {
  private static final String KEY = "waybill.limits.";

  private LimitSettings() {}

  static Limits limits(Settings settings) {
    Limits limits = Limits.DEFAULT;
    limits = with(settings, limits, "members", Limits::withMembers);
    limits = with(settings, limits, "inbound-bytes", Limits::withInboundBytes);
    limits = with(settings, limits, "http-bytes", Limits::withHttpBytes);
    limits = with(settings, limits, "http-head-bytes", Limits::withHttpHeadBytes);
    return with(settings, limits, "grpc-bytes", Limits::withGrpcBytes);
  }

  private static Limits with(
      Settings settings, Limits limits, String name, BiFunction<Limits, Integer, Limits> change) {
    String key = KEY + name;
    String text = settings.text(key);
    return text == null
        ? limits
        : Settings.parsed(key, text, number -> change.apply(limits, number(number)));
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException none) {
      throw new IllegalArgumentException(
          "no number (expected: a whole number, at most 2147483647)", none);
    }
  }
}
