/**
 * For tests with Spring's test context, such as those of {@code @SpringBootTest}: a test method
 * that runs in a request, and a test class after whose tests no request is open.
 */
@NullMarked
package io.waybill.testing.spring;

import org.jspecify.annotations.NullMarked;
