package io.waybill.opentelemetry.agent;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import reactor.netty.http.client.HttpClientRequest;

/**
 * Has each hop of Reactor Netty's client decided by its own URL, also below a {@code WebClient},
 * which the agent instruments above the redirects.
 */
public final class ReactorNettyClientModule extends HopModule {

  /** For {@link java.util.ServiceLoader}. */
  public ReactorNettyClientModule() {
    super(
        "waybill-reactor-netty",
        List.of(ReactorNettyHop.class),
        "io.opentelemetry.reactor-netty-1.0",
        "io.opentelemetry.spring-webflux-5.0");
  }

  @Override
  List<TypeInstrumentation> types() {
    return List.of(new Handlers());
  }

  /** What makes the requests of one subscription. */
  private static final class Handlers implements TypeInstrumentation {
    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
      return named("reactor.netty.http.client.HttpClientConnect$HttpClientHandler");
    }

    @Override
    public void transform(TypeTransformer type) {
      type.applyAdviceToMethod(isConstructor(), Made.class.getName());
      type.applyAdviceToMethod(
          named("requestWithBody").and(takesArguments(1)), Prepared.class.getName());
    }
  }

  /** A handler is made, on the subscriber's thread. */
  public static final class Made {
    private Made() {}

    /** Keeps who makes the call. */
    @Advice.OnMethodExit(suppress = Throwable.class)
    public static void keep(@Advice.This Object handler) {
      ReactorNettyHop.keep(handler);
    }
  }

  /** The headers of one hop are there, and are not yet sent. */
  public static final class Prepared {
    private Prepared() {}

    /** Decides what it says. */
    @Advice.OnMethodExit(suppress = Throwable.class)
    public static void decide(
        @Advice.This Object handler, @Advice.Argument(0) HttpClientRequest request) {
      ReactorNettyHop.decide(handler, request);
    }
  }
}
