/** Identity from Spring Security: servlets, WebFlux and gRPC. */
@NullMarked
package io.waybill.spring.security;

import org.jspecify.annotations.NullMarked;
