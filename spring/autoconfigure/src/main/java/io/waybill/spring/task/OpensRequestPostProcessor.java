package io.waybill.spring.task;

import io.waybill.spring.OpensRequest;
import java.io.Serial;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;

/** Puts a request around the methods that are annotated, outside of transactions and caches. */
final class OpensRequestPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {
  @Serial private static final long serialVersionUID = 1;

  OpensRequestPostProcessor(RequestOpener opener) {
    this.advisor = new DefaultPointcutAdvisor(annotated(), opener);
    setBeforeExistingAdvisors(true);
    setProxyTargetClass(true);
    // In front of those of @Async, which is to be outside, and @Scheduled, which looks for proxies.
    setOrder(LOWEST_PRECEDENCE - 1);
  }

  private static Pointcut annotated() {
    Pointcut onType = new AnnotationMatchingPointcut(OpensRequest.class, true);
    Pointcut onMethod = new AnnotationMatchingPointcut(null, OpensRequest.class, true);
    return new ComposablePointcut(onType).union(onMethod);
  }
}
