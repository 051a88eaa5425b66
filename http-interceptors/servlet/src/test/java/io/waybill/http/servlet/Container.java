package io.waybill.http.servlet;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The containers that the filter runs in, each on threads of its own and on virtual ones. */
enum Container {
  JETTY_OF_SERVLET_6_1,
  JETTY_OF_SERVLET_6_0,
  TOMCAT,
  JETTY_ON_VIRTUAL_THREADS,
  TOMCAT_ON_VIRTUAL_THREADS;

  private static final int JDK_WITH_VIRTUAL = 21;

  /** Returns those that run on this JDK. */
  static Stream<Container> all() {
    return Arrays.stream(values()).filter(Container::isSupported);
  }

  private boolean isSupported() {
    return !name().contains("VIRTUAL") || Runtime.version().feature() >= JDK_WITH_VIRTUAL;
  }

  boolean isTomcat() {
    return name().startsWith("TOMCAT");
  }

  /** Returns one that has not been started. */
  RunningContainer create() {
    return switch (this) {
      case JETTY_OF_SERVLET_6_1 -> new Jetty(new JettyOfEe11(), null);
      case JETTY_ON_VIRTUAL_THREADS -> new Jetty(new JettyOfEe11(), virtualThreads());
      case JETTY_OF_SERVLET_6_0 -> new Jetty(new JettyOfEe10(), null);
      case TOMCAT -> new EmbeddedTomcat(null);
      case TOMCAT_ON_VIRTUAL_THREADS -> new EmbeddedTomcat(virtualThreads());
    };
  }

  /** By reflection: the class files are for JDK 17. */
  private static @Nullable Executor virtualThreads() {
    try {
      return (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException none) {
      throw new IllegalStateException("no virtual threads in this JDK", none);
    }
  }
}
