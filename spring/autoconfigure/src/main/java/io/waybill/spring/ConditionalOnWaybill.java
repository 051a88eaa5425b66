package io.waybill.spring;

import io.waybill.sdk.Waybill;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;

/** Matches where there is a {@link Waybill} bean, and {@code waybill.enabled} is not false. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnBooleanProperty(name = "waybill.enabled", matchIfMissing = true)
@ConditionalOnBean(Waybill.class)
public @interface ConditionalOnWaybill {}
