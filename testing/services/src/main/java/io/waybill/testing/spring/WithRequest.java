package io.waybill.testing.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test method, or each of a class, in a request of the {@code Waybill} bean: for code that
 * is called by the test itself, and reads the current request.
 *
 * <pre>{@code
 * @Test
 * @WithRequest({"user.id=u-17", "tenant.id=acme"})
 * void quote_isForTheUsersPlan() { .. }
 * }</pre>
 *
 * <p>The request ends when the method returns or throws. What runs before and after each method is
 * not in it. A server that the test calls, over a socket or by MockMvc, opens a request of its own,
 * which gets what the rules release to it; who is logged in there is said as without Waybill, such
 * as by {@code @WithMockUser}.
 *
 * <p><b>Errors.</b> A name that the Waybill does not declare, or a text that its codec refuses,
 * fails the test.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(WithRequestExtension.class)
public @interface WithRequest {
  /** Returns the fields that the request has, each as its name, "=" and the text of its value. */
  String[] value() default {};
}
