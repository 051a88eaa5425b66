package io.waybill.benchmarks;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The most that a benchmark should cost; beside one named {@code plain}, the most that it and its
 * baseline should add to that. What is left out has no limit.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface Goal {
  /** Returns the params it is for, as the table has them: {@code members=4}; all without it. */
  String params() default "";

  /** Returns the most time, as a part of the baseline's. */
  double time() default Double.NaN;

  /** Returns the most bytes, as a part of the baseline's. */
  double bytes() default Double.NaN;

  /** Returns the most nanoseconds, whatever the baseline takes. */
  double nanos() default Double.NaN;

  /** Returns the most bytes, whatever the baseline takes. */
  double allBytes() default Double.NaN;

  /** Returns the most nanoseconds beyond the baseline's. */
  double moreNanos() default Double.NaN;

  /** Returns the most bytes beyond the baseline's. */
  double moreBytes() default Double.NaN;
}
