package io.waybill.spring.task;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import java.util.concurrent.RunnableScheduledFuture;
import org.springframework.core.Ordered;
import org.springframework.core.task.TaskDecorator;

/**
 * Runs a task in the Context of whoever hands it in; one of a scheduler in none. See RATIONALE:
 * "Why does a scheduler carry nothing?"
 */
final class RequestTaskDecorator implements TaskDecorator, Ordered {

  /** First of all, and so next to the task: only there a scheduled task is seen to be one. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public Runnable decorate(Runnable task) {
    boolean isScheduled = task instanceof RunnableScheduledFuture;
    return RequestScope.restoring(isScheduled ? Context.root() : Context.current()).wrap(task);
  }
}
