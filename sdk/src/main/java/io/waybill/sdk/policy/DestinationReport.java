package io.waybill.sdk.policy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A destination of set-up, and what became of the calls to it so far. It holds names, and no
 * values.
 *
 * @param pattern as set-up names it; {@code *} for all that it does not name
 * @param traced whether it learns of the trace
 * @param fields the names of the fields that a PARTNER gets; unmodifiable
 * @param released how many calls got a field
 * @param withheld from how many calls a field was held back
 * @param nearMiss a destination that was called, which this was meant for and is not, and why; null
 *     if none was
 */
public record DestinationReport(
    String pattern,
    TrustZone zone,
    boolean traced,
    Set<String> fields,
    long released,
    long withheld,
    @Nullable String nearMiss) {}
