/**
 * A request's identity, kept in the OpenTelemetry {@link io.opentelemetry.context.Context}.
 *
 * <p>Start at {@link io.waybill.RequestScope}: what code inside a request reads and sets. The names
 * it reads are constants of two kinds: a {@link io.waybill.BaggageField} travels to other services,
 * a {@link io.waybill.LocalField} stays in this process. A {@link io.waybill.FieldCodec} turns a
 * travelling value into text and back.
 *
 * <p>This package has no set-up: which fields exist, who may assert them and who gets them is said
 * once, in {@code io.waybill.sdk.Waybill}.
 */
@NullMarked
package io.waybill;

import org.jspecify.annotations.NullMarked;
