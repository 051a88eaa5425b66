package io.waybill.spring.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.spring.WaybillAutoConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.task.SimpleAsyncTaskExecutorBuilder;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

/** Requests in Boot's executors, and none in its schedulers. */
class TaskDecoratorTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  WaybillAutoConfiguration.class,
                  TaskAutoConfiguration.class,
                  TaskExecutionAutoConfiguration.class,
                  TaskSchedulingAutoConfiguration.class))
          .withUserConfiguration(Application.class);

  @Configuration(proxyBeanMethods = false)
  @EnableAsync
  @EnableScheduling
  static class Application {
    @Bean
    BaggageField<String> user() {
      return USER;
    }

    @Bean
    Mails mails() {
      return new Mails();
    }
  }

  static class Mails {
    @Async
    public CompletableFuture<String> sender() {
      return CompletableFuture.completedFuture(current());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnDecorator {
    @Bean
    TaskDecorator tenants() {
      return task -> {
        String tenant = TENANT.get();
        return () -> {
          TENANT.set(tenant);
          try {
            task.run();
          } finally {
            TENANT.remove();
          }
        };
      };
    }
  }

  private static String current() {
    RequestScope scope = RequestScope.currentOrNull();
    return scope == null
        ? (Context.current() == Context.root() ? "root" : "open")
        : scope.get(USER);
  }

  private static <V> V as(
      ApplicationContext beans, String user, RequestScope.Task<V, Exception> task)
      throws Exception {
    return beans.getBean(Waybill.class).request().with(USER, user).call(task);
  }

  @Test
  void async_isOfItsCaller_andLeavesRoot() {
    runner
        .withPropertyValues("spring.task.execution.pool.core-size=1")
        .run(
            beans -> {
              Mails mails = beans.getBean(Mails.class);
              assertThat(as(beans, "ada", mails::sender).get()).isEqualTo("ada");
              assertThat(as(beans, "bob", mails::sender).get()).isEqualTo("bob");
              assertThat(mails.sender().get()).isEqualTo("root");
              // Undecorated, on the one thread that both were on.
              ExecutorService pool =
                  beans
                      .getBean(
                          org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor.class)
                      .getThreadPoolExecutor();
              assertThat(pool.submit(TaskDecoratorTest::current).get()).isEqualTo("root");
            });
  }

  @Test
  void executor_isOfItsCaller_besideOtherDecorators() {
    runner
        .withUserConfiguration(OwnDecorator.class)
        .withPropertyValues("spring.task.execution.propagate-context=true")
        .run(
            beans -> {
              AsyncTaskExecutor executor =
                  beans.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
              TENANT.set("acme");
              Future<String> answer =
                  as(beans, "ada", () -> executor.submit(() -> current() + TENANT.get()));
              TENANT.remove();
              assertThat(answer.get()).isEqualTo("adaacme");
              assertThat(executor.submit(TaskDecoratorTest::current).get()).isEqualTo("root");
            });
  }

  @Test
  void simpleExecutor_isOfItsCaller() {
    runner.run(
        beans -> {
          AsyncTaskExecutor executor = beans.getBean(SimpleAsyncTaskExecutorBuilder.class).build();
          assertThat(as(beans, "ada", () -> executor.submit(TaskDecoratorTest::current)).get())
              .isEqualTo("ada");
        });
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void virtualThreads_areOfTheirCaller() {
    runner
        .withPropertyValues("spring.threads.virtual.enabled=true")
        .run(
            beans ->
                assertThat(as(beans, "ada", beans.getBean(Mails.class)::sender).get())
                    .isEqualTo("ada"));
  }

  /** Else a job that a request starts would be that request for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"false", "true"})
  void scheduler_isOfNoRequest(String propagated) {
    runner
        .withPropertyValues("spring.task.execution.propagate-context=" + propagated)
        .run(
            beans -> {
              TaskScheduler scheduler = beans.getBean(TaskScheduler.class);
              assertThat(runs(beans, scheduler)).containsOnly("root");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "true"})
  void simpleScheduler_isOfNoRequest(String propagated) {
    runner
        .withPropertyValues("spring.task.execution.propagate-context=" + propagated)
        .run(
            beans -> {
              SimpleAsyncTaskScheduler scheduler =
                  beans.getBean(SimpleAsyncTaskSchedulerBuilder.class).build();
              scheduler.start();
              try {
                assertThat(runs(beans, scheduler)).containsOnly("root");
              } finally {
                scheduler.close();
              }
            });
  }

  /** Returns what each of some runs is of: of every way to schedule, from inside a request. */
  private static BlockingQueue<String> runs(ApplicationContext beans, TaskScheduler scheduler)
      throws Exception {
    BlockingQueue<String> all = new LinkedBlockingQueue<>();
    for (int way = 0; way < 4; way++) {
      BlockingQueue<String> runs = new LinkedBlockingQueue<>();
      int chosen = way;
      Runnable task = () -> runs.add(current());
      Future<?> scheduled =
          as(
              beans,
              "ada",
              () ->
                  switch (chosen) {
                    case 0 -> scheduler.scheduleAtFixedRate(task, Duration.ofMillis(1));
                    case 1 -> scheduler.scheduleWithFixedDelay(task, Duration.ofMillis(1));
                    case 2 -> scheduler.schedule(task, context -> Instant.now());
                    default -> scheduler.schedule(task, Instant.now());
                  });
      for (int run = 0; run < (way == 3 ? 1 : 3); run++) {
        all.add(String.valueOf(runs.poll(30, TimeUnit.SECONDS)));
      }
      scheduled.cancel(false);
    }
    return all;
  }

  @Test
  void disabled_isAsWithoutUs() {
    runner
        .withPropertyValues("waybill.enabled=false")
        .run(beans -> assertThat(beans).doesNotHaveBean(TaskDecorator.class));
  }

  @Test
  void ownBean_takesItsPlace() {
    runner
        .withBean("waybillTaskDecorator", TaskDecorator.class, () -> task -> task)
        .run(
            beans ->
                assertThat(as(beans, "ada", beans.getBean(Mails.class)::sender).get())
                    .isEqualTo("root"));
  }
}
