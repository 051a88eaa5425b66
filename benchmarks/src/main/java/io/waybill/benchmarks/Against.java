package io.waybill.benchmarks;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the benchmark of the same class that this one is compared with: its baseline. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Against {
  /** Returns the name of its method. */
  String value();

  /** Returns what we want to reach; the first whose params fit counts. */
  Goal[] goals() default {};
}
