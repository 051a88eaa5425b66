package io.waybill.sdk.credential;

import io.waybill.sdk.internal.telemetry.CredentialCounter;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.telemetry.Spans;
import io.waybill.sdk.internal.telemetry.Warnings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/** The credentials of one set-up, with the renewals of all its requests. */
public final class Credentials {
  private final List<Credential<?>> all;
  private final boolean expire;
  private final CredentialTelemetry telemetry;
  private final Flights flights;
  private final InstantSource clock;

  /** Creates them. */
  public Credentials(
      List<Credential<?>> all,
      CredentialCounter counter,
      DecisionRecorder explaining,
      Spans spans,
      Warnings warnings) {
    this(
        all,
        new CredentialTelemetry(counter, explaining, spans, warnings),
        System::nanoTime,
        InstantSource.system());
  }

  Credentials(
      List<Credential<?>> all,
      CredentialTelemetry telemetry,
      LongSupplier nanos,
      InstantSource clock) {
    this.all = List.copyOf(all);
    this.expire = all.stream().anyMatch(credential -> credential.expiry != null);
    this.telemetry = telemetry;
    this.flights = new Flights(telemetry, nanos);
    this.clock = clock;
  }

  List<Credential<?>> all() {
    return all;
  }

  CredentialTelemetry telemetry() {
    return telemetry;
  }

  /** Returns whether any of them is renewed before it expires. */
  boolean expire() {
    return expire;
  }

  Instant now() {
    return clock.instant();
  }

  Flights flights() {
    return flights;
  }
}
