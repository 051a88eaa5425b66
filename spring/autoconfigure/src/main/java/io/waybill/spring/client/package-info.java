/**
 * Clients of Spring Boot that carry the request: RestClient, RestTemplate, {@code @HttpExchange},
 * WebClient and the stubs of Spring gRPC. Where a redirect leads is decided here, hop by hop, and
 * never below.
 */
@NullMarked
package io.waybill.spring.client;

import org.jspecify.annotations.NullMarked;
