package io.waybill.opentelemetry.agent;

import static net.bytebuddy.matcher.ElementMatchers.isPublic;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import io.grpc.ServerBuilder;
import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Has each server of gRPC say who is at the other end of its connections: the agent's request
 * object does not know.
 */
public final class GrpcServerModule extends InstrumentationModule {

  // Its class can be loaded only where gRPC is.
  private static final String HELPER = "io.waybill.opentelemetry.agent.GrpcPeer";

  /** For {@link java.util.ServiceLoader}. */
  public GrpcServerModule() {
    super("waybill-grpc-server");
  }

  /** What is later is inside: our interceptor is added after the agent's. */
  @Override
  public int order() {
    return 1;
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(new Builders());
  }

  @Override
  public boolean isHelperClass(String className) {
    return className.equals(HELPER);
  }

  @Override
  public List<String> getAdditionalHelperClassNames() {
    return List.of(HELPER);
  }

  /** What the builders of all transports delegate to. */
  private static final class Builders implements TypeInstrumentation {
    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
      return named("io.grpc.internal.ServerImplBuilder");
    }

    @Override
    public void transform(TypeTransformer type) {
      type.applyAdviceToMethod(
          isPublic().and(named("build")).and(takesNoArguments()), Built.class.getName());
    }
  }

  /** A server is about to be built. */
  public static final class Built {
    private Built() {}

    /** Adds the outermost interceptor. */
    @Advice.OnMethodEnter(suppress = Throwable.class)
    public static void intercept(@Advice.This ServerBuilder<?> builder) {
      builder.intercept(GrpcPeer.INSTANCE);
    }
  }
}
