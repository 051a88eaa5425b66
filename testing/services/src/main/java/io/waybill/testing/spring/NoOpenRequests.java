package io.waybill.testing.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails a test of this class after which a request of the {@code Waybill} bean is open, with the
 * stack that opened it. A server may still be ending one when its client has the answer: it waits
 * for up to ten seconds, and not at all where none is open.
 *
 * <p>The Waybill has to look at each of its requests: the starter's does, by the property {@code
 * waybill.leak-detection=strict}, which this annotation sets for the application of the test. One
 * of your own says {@code leakDetection(LeakDetection.STRICT)}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(NoOpenRequestsExtension.class)
public @interface NoOpenRequests {}
