/** For tests of services that use Waybill, and of adapters. */
@NullMarked
package io.waybill.testing;

import org.jspecify.annotations.NullMarked;
