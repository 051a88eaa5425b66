package io.waybill.http.servlet;

import static io.waybill.http.servlet.TestServer.USER;
import static io.waybill.http.servlet.TestServer.currentUser;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A second Waybill, or a second copy of its classes, around the same request. */
@ParameterizedClass
@MethodSource("io.waybill.http.servlet.Container#all")
class TwoWaybillsTest {
  private final TestServer server;

  TwoWaybillsTest(Container container) {
    server = new TestServer(container);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void eachOpensItsOwn_alsoInAsynchronousDispatches() throws Exception {
    Waybill inner = server.waybill().build();
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    Queue<Object> between = new ConcurrentLinkedQueue<>();
    server
        .filter(WaybillFilter.of(server.waybill().build()))
        .filter(
            (request, response, chain) -> {
              between.add(RequestScope.current());
              chain.doFilter(request, response);
              between.add(request.getAttribute(WaybillFilter.SCOPE_ATTRIBUTE));
            })
        .filter(WaybillFilter.of(inner))
        .page(
            "/who",
            (request, response) -> {
              seen.add(request.getDispatcherType() + " " + currentUser());
              if (request.getDispatcherType() == DispatcherType.REQUEST) {
                RequestScope.current().set(TestServer.COOKIES, "of the inner");
                AsyncContext async = request.startAsync();
                async.dispatch();
              } else {
                seen.add(RequestScope.current().get(TestServer.COOKIES));
              }
            })
        .start();

    server.get("/who", "baggage", "user.id=u-1");

    assertThat(seen).containsExactly("REQUEST u-1", "ASYNC u-1", "of the inner");
    assertThat(between).first().isNotNull();
    assertThat(between.stream().map(scope -> ((RequestScope) scope).get(USER)))
        .hasSize(4)
        .containsOnly("u-1");
    assertThat(between)
        .allSatisfy(scope -> assertThat(((RequestScope) scope).get(TestServer.COOKIES)).isNull());
  }

  /** As where one web application forwards to another, each with the library in its own. */
  @Test
  void aSecondCopyOfTheClasses() throws Exception {
    try (URLClassLoader copies = new Copies()) {
      Class<?> theirs = Class.forName("io.waybill.http.servlet.SecondCopy", true, copies);
      Filter second = (Filter) theirs.getMethod("filter").invoke(null);
      server
          .filter(WaybillFilter.of(server.waybill().build()))
          .filter(second)
          .page("/who", (request, response) -> response.getWriter().print(currentUser()))
          .start();

      assertThat(server.get("/who", "baggage", "user.id=u-1").body()).isEqualTo("u-1");
      assertThat(Context.current()).isSameAs(Context.root());
    }
  }

  /** Loads Waybill again, and all else as everybody does. */
  private static final class Copies extends URLClassLoader {
    Copies() {
      super(urls(), TwoWaybillsTest.class.getClassLoader());
    }

    private static URL[] urls() {
      return Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
          .map(Copies::url)
          .toArray(URL[]::new);
    }

    private static URL url(String path) {
      try {
        return Path.of(path).toUri().toURL();
      } catch (java.net.MalformedURLException impossible) {
        throw new AssertionError(impossible);
      }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.waybill.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }
  }
}
