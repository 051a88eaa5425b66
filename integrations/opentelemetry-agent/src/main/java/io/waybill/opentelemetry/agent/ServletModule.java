package io.waybill.opentelemetry.agent;

import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.implementsInterface;
import static net.bytebuddy.matcher.ElementMatchers.isPublic;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/**
 * Has a request that waits go on in its own Context, whoever lets it: the agent takes that of the
 * thread which dispatches.
 */
public final class ServletModule extends InstrumentationModule {

  /** For {@link java.util.ServiceLoader}. */
  public ServletModule() {
    super("waybill-servlet");
  }

  /** What is earlier is around: the agent's advice reads the Context that is current. */
  @Override
  public int order() {
    return -1;
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(new Requests(), new Waiting());
  }

  @Override
  public boolean isHelperClass(String className) {
    return className.equals(WaitingRequest.class.getName());
  }

  @Override
  public List<String> getAdditionalHelperClassNames() {
    return List.of(WaitingRequest.class.getName());
  }

  /** A request that may start to wait. */
  private static final class Requests implements TypeInstrumentation {
    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
      return implementsInterface(
          namedOneOf("jakarta.servlet.ServletRequest", "javax.servlet.ServletRequest"));
    }

    @Override
    public void transform(TypeTransformer type) {
      type.applyAdviceToMethod(named("startAsync").and(isPublic()), Started.class.getName());
    }
  }

  /** One that waits. */
  private static final class Waiting implements TypeInstrumentation {
    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
      return implementsInterface(
          namedOneOf("jakarta.servlet.AsyncContext", "javax.servlet.AsyncContext"));
    }

    @Override
    public void transform(TypeTransformer type) {
      type.applyAdviceToMethod(
          namedOneOf("dispatch", "complete").and(isPublic()), Resumed.class.getName());
    }
  }

  /** A request waits, on its own thread. */
  public static final class Started {
    private Started() {}

    /** Keeps the Context. */
    @Advice.OnMethodExit(suppress = Throwable.class)
    public static void keep(@Advice.Return Object waiting) {
      WaitingRequest.keep(waiting, Context.current());
    }
  }

  /** It goes on, from any thread. */
  public static final class Resumed {
    private Resumed() {}

    /** Makes its Context current. */
    @Advice.OnMethodEnter(suppress = Throwable.class)
    public static @Nullable Scope enter(@Advice.This Object waiting) {
      return WaitingRequest.resume(waiting);
    }

    /** Takes it away again. */
    @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
    public static void exit(@Advice.Enter @Nullable Scope scope) {
      if (scope != null) {
        scope.close();
      }
    }
  }
}
