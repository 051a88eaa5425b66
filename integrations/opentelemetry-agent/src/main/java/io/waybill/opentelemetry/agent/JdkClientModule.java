package io.waybill.opentelemetry.agent;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.isStatic;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Has each hop of the JDK's client decided by its own URI: the agent injects once, in front of the
 * redirects, which take the headers along.
 */
public final class JdkClientModule extends HopModule {

  /** For {@link java.util.ServiceLoader}. */
  public JdkClientModule() {
    super(
        "waybill-java-http-client",
        List.of(JdkHop.class, JdkHopHeaders.class),
        "io.opentelemetry.java-http-client");
  }

  @Override
  List<TypeInstrumentation> types() {
    return List.of(new SentRequests());
  }

  /** A request on its way to one address. */
  private static final class SentRequests implements TypeInstrumentation {
    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
      return named("jdk.internal.net.http.HttpRequestImpl");
    }

    @Override
    public void transform(TypeTransformer type) {
      type.applyAdviceToMethod(
          isConstructor().and(takesArgument(0, named("java.net.http.HttpRequest"))),
          Made.class.getName());
      type.applyAdviceToMethod(
          isStatic().and(named("newInstanceForRedirection")), Redirected.class.getName());
      type.applyAdviceToMethod(
          isStatic().and(named("newInstanceForAuthentication")), Repeated.class.getName());
      type.applyAdviceToMethod(
          named("getUserHeaders").and(takesNoArguments()), UserHeaders.class.getName());
    }
  }

  /** A request is made of the caller's, on its thread. */
  public static final class Made {
    private Made() {}

    /** Keeps who makes the call. */
    @Advice.OnMethodExit(suppress = Throwable.class)
    public static void keep(@Advice.This HttpRequest request) {
      JdkHop.keep(request);
    }
  }

  /** The next hop is made on any thread. */
  public static final class Redirected {
    private Redirected() {}

    /** Hands on who makes the call. */
    @Advice.OnMethodExit(suppress = Throwable.class)
    public static void handOn(
        @Advice.Argument(2) HttpRequest before, @Advice.Return HttpRequest next) {
      JdkHop.handOn(before, next);
    }
  }

  /** The same hop, once more, with what its server asked for. */
  public static final class Repeated {
    private Repeated() {}

    /** Hands on who makes the call. */
    @Advice.OnMethodExit(suppress = Throwable.class)
    public static void handOn(
        @Advice.Argument(0) HttpRequest before, @Advice.Return HttpRequest next) {
      JdkHop.handOn(before, next);
    }
  }

  /** What is written of the application's headers. */
  public static final class UserHeaders {
    private UserHeaders() {}

    /** Adds what is released to the address of this request. */
    @Advice.OnMethodExit(suppress = Throwable.class)
    public static void decide(
        @Advice.This HttpRequest request, @Advice.Return(readOnly = false) HttpHeaders headers) {
      headers = JdkHop.decide(request, headers);
    }
  }
}
