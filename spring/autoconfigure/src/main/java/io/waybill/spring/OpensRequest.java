package io.waybill.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Each call of this method from outside its bean, or of any method of this class, is a request of
 * its own, as if by {@code waybill.request()}: for what no server has opened one for, such as a
 * scheduled job or the listener of a queue.
 *
 * <pre>{@code
 * @OpensRequest
 * @Scheduled(cron = "0 0 3 * * *")
 * void nightly() {
 *   RequestScope.current().identify(USER, "nightly");
 *   ...
 * }
 * }</pre>
 *
 * <p>The request ends when the method returns or throws; that of a method which returns a {@code
 * CompletionStage}, {@code CompletableFuture}, {@code Mono} or {@code Flux}, when that is done.
 * Each subscription of a {@code Mono} or {@code Flux} is a request, and calls the method. Inside a
 * request it is a new one, which sees nothing of the other.
 *
 * <p>Where no span is current, as under Spring's observation of scheduled tasks, the request has
 * one, named after the method; the fields are shown on either.
 *
 * <p><b>Shape.</b> The bean is proxied: the method may be neither private nor final, and a call
 * from inside the bean does not count.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface OpensRequest {}
