/** Identity on the spans that an application and its libraries start through the SDK. */
@NullMarked
package io.waybill.opentelemetry.spans;

import org.jspecify.annotations.NullMarked;
