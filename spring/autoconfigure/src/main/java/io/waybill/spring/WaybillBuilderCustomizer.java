package io.waybill.spring;

import io.waybill.sdk.WaybillBuilder;

/**
 * A bean that says of the set-up what beans and properties can't: a rule of a field, who is
 * believed, what is skipped. Called once, in the order of the beans, when all else is said.
 *
 * <pre>{@code
 * @Bean WaybillBuilderCustomizer plans() {
 *   return builder -> builder.carry(PLAN, rule -> rule.admitFrom(TrustZone.PUBLIC).lowCardinality(8));
 * }
 * }</pre>
 */
@FunctionalInterface
public interface WaybillBuilderCustomizer {
  /** Changes {@code builder}; what it throws ends the start of the application. */
  void customize(WaybillBuilder builder);
}
