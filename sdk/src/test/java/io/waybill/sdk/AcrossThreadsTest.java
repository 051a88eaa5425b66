package io.waybill.sdk;

import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.concurrent.ContextFuture;
import io.waybill.concurrent.ContextTasks;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests of many users on the same threads, whatever these are. */
class AcrossThreadsTest {
  private static final int USERS = 1000;

  private final Waybill waybill = new Fixture().trusting();

  /** Returns the user that the current thread sees, after it gave others the chance to run. */
  private static String userHere() {
    String before = String.valueOf(RequestScope.current().get(USER));
    Thread.yield();
    return before.equals(RequestScope.current().get(USER)) ? before : "mixed up";
  }

  @ParameterizedTest
  @MethodSource("io.waybill.sdk.Pools#all")
  void wrappedPool_eachTaskSeesItsOwnRequest(Map.Entry<String, ExecutorService> pool)
      throws Exception {
    ExecutorService wrapped = ContextExecutors.wrap(pool.getValue());

    assertThat(asEachUser(wrapped)).containsExactlyElementsOf(users());
    Callable<Context> left = Context::current;
    assertThat(pool.getValue().submit(left).get()).isSameAs(Context.root());
    Pools.close(pool.getValue());
  }

  /** As it is asked for, and with nothing left on the thread or changed for the caller. */
  @ParameterizedTest
  @MethodSource("io.waybill.sdk.Pools#all")
  void plainPool_eachWayToHandOver(Map.Entry<String, ExecutorService> pool) throws Exception {
    ExecutorService plain = pool.getValue();
    waybill
        .request()
        .with(USER, "u-1")
        .<Void, Exception>call(
            () -> {
              RequestScope scope = RequestScope.current();
              Callable<String> read = AcrossThreadsTest::userHere;
              assertThat(plain.submit(scope.wrap(read)).get()).isEqualTo("u-1");
              assertThat(plain.submit(scope.with(USER, "child").wrap(read)).get())
                  .isEqualTo("child");
              assertThat(plain.submit(scope.detach(USER).wrap(read)).get()).isEqualTo("u-1");
              assertThat(ContextFuture.supplyAsync(AcrossThreadsTest::userHere, plain).get())
                  .isEqualTo("u-1");
              assertThat(ContextTasks.parallel(plain, read, read).values()).containsOnly("u-1");
              assertThat(RequestScope.current()).isSameAs(scope);
              return null;
            });

    Callable<Context> left = Context::current;
    assertThat(plain.submit(left).get()).isSameAs(Context.root());
    Pools.close(plain);
  }

  /** Without anything around the pool, a task is outside of any request. */
  @Test
  void plainPool_seesNoRequest() throws Exception {
    ExecutorService plain = Executors.newSingleThreadExecutor();
    Callable<RequestScope> read = RequestScope::currentOrNull;

    assertThat(waybill.request().call(() -> plain.submit(read)).get()).isNull();
    Pools.close(plain);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void threadFactory_forVirtualThreads() throws Exception {
    ExecutorService perTask = Pools.perTask(ContextExecutors.threadFactory(Pools.virtualThreads()));

    assertThat(asEachUser(perTask)).containsExactlyElementsOf(users());
    Pools.close(perTask);
  }

  /** By reflection: the interface is a preview in each JDK so far, and not there in 17. */
  @Test
  @EnabledForJreRange(min = JRE.JAVA_25)
  void threadFactory_forStructuredTaskScope() throws Exception {
    ThreadFactory threads = ContextExecutors.threadFactory(Pools.virtualThreads());

    String user =
        waybill
            .request()
            .with(USER, "u-1")
            .call(() -> forkIn(threads, AcrossThreadsTest::userHere));

    assertThat(user).isEqualTo("u-1");
  }

  private static String forkIn(ThreadFactory threads, Callable<String> task) throws Exception {
    Class<?> scopes = Class.forName("java.util.concurrent.StructuredTaskScope");
    Class<?> joiners = Class.forName("java.util.concurrent.StructuredTaskScope$Joiner");
    Class<?> settings = Class.forName("java.util.concurrent.StructuredTaskScope$Configuration");
    Method withFactory = settings.getMethod("withThreadFactory", ThreadFactory.class);
    Function<Object, Object> ours = config -> invoke(withFactory, config, threads);
    Object joiner = joiners.getMethod("awaitAllSuccessfulOrThrow").invoke(null);
    Method open =
        Stream.of(scopes.getMethods())
            .filter(method -> method.getName().equals("open") && method.getParameterCount() == 2)
            .findFirst()
            .orElseThrow();
    Object scope = open.invoke(null, joiner, ours);
    Object subtask = scopes.getMethod("fork", Callable.class).invoke(scope, task);
    scopes.getMethod("join").invoke(scope);
    scopes.getMethod("close").invoke(scope);
    Class<?> subtasks = Class.forName("java.util.concurrent.StructuredTaskScope$Subtask");
    return (String) subtasks.getMethod("get").invoke(subtask);
  }

  private static Object invoke(Method method, Object target, Object argument) {
    try {
      return method.invoke(target, argument);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> users() {
    List<String> users = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      users.add("u-" + i);
    }
    return users;
  }

  private List<String> asEachUser(ExecutorService pool) throws Exception {
    List<Future<String>> seen = new ArrayList<>();
    Callable<String> read = AcrossThreadsTest::userHere;
    for (String user : users()) {
      seen.add(waybill.request().with(USER, user).call(() -> pool.submit(read)));
    }
    List<String> all = new ArrayList<>();
    for (Future<String> one : seen) {
      all.add(one.get(30, TimeUnit.SECONDS));
    }
    return all;
  }
}
