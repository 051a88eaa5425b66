/** What a credential adds to a request over HTTP. */
@NullMarked
package io.waybill.benchmarks.http;

import org.jspecify.annotations.NullMarked;
