/** What browsers talk to: Spring MVC, with users who log in by a form and have sessions. */
@NullMarked
package io.waybill.examples.spring.edge;

import org.jspecify.annotations.NullMarked;
