package io.waybill.opentelemetry.agent;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.core5.http.HttpRequest;

/**
 * Has each hop of Apache's clients decided by its own route: the agent injects once, above the
 * redirects. This stands below them, where the client makes a request fit for the protocol.
 */
public final class ApacheClientModule extends HopModule {

  /** For {@link java.util.ServiceLoader}. */
  public ApacheClientModule() {
    super(
        "waybill-apache-httpclient",
        List.of(ApacheHop.class),
        "io.opentelemetry.apache-httpclient-5.0");
  }

  @Override
  List<TypeInstrumentation> types() {
    return List.of(
        new Handlers(
            "org.apache.hc.client5.http.impl.classic.ProtocolExec",
            1,
            "org.apache.hc.client5.http.classic.ExecChain$Scope",
            Classic.class),
        new Handlers(
            "org.apache.hc.client5.http.impl.async.AsyncProtocolExec",
            2,
            "org.apache.hc.client5.http.async.AsyncExecChain$Scope",
            Asynchronous.class));
  }

  /** A handler of one hop, with the argument of its scope. */
  private record Handlers(String name, int argument, String scope, Class<?> advice)
      implements TypeInstrumentation {
    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
      return named(name);
    }

    @Override
    public void transform(TypeTransformer type) {
      type.applyAdviceToMethod(
          named("execute").and(takesArgument(argument, named(scope))), advice.getName());
    }
  }

  /** A hop whose caller waits for it. */
  public static final class Classic {
    private Classic() {}

    /** Decides what it says. */
    @Advice.OnMethodEnter(suppress = Throwable.class)
    public static void decide(
        @Advice.Argument(0) HttpRequest request, @Advice.Argument(1) ExecChain.Scope scope) {
      ApacheHop.decide(request, scope);
    }
  }

  /** A hop on any thread, but the first. */
  public static final class Asynchronous {
    private Asynchronous() {}

    /** Decides what it says. */
    @Advice.OnMethodEnter(suppress = Throwable.class)
    public static void decide(
        @Advice.Argument(0) HttpRequest request, @Advice.Argument(2) AsyncExecChain.Scope scope) {
      ApacheHop.decide(request, scope);
    }
  }
}
