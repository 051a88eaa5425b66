package io.waybill.examples.spring.edge;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the others are.
 *
 * @param orders host and port of orders
 * @param billing address of billing
 * @param partner address of the partner
 */
@ConfigurationProperties("shop")
record Shop(String orders, String billing, String partner) {}
