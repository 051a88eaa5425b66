package io.waybill.spring.logging;

import java.util.Objects;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches where SLF4J is bound to a library: that it is on the class path does not say so. */
abstract class OnSlf4j extends SpringBootCondition {
  private final String factory;

  private OnSlf4j(String factory) {
    this.factory = factory;
  }

  @Override
  public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata type) {
    String bound = LoggerFactory.getILoggerFactory().getClass().getName();
    return new ConditionOutcome(Objects.equals(bound, factory), "SLF4J is bound to " + bound);
  }

  /** To Logback. */
  static final class Logback extends OnSlf4j {
    Logback() {
      super("ch.qos.logback.classic.LoggerContext");
    }
  }

  /** To Log4j 2. */
  static final class Log4j2 extends OnSlf4j {
    Log4j2() {
      super("org.apache.logging.slf4j.Log4jLoggerFactory");
    }
  }
}
