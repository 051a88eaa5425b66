package io.waybill.opentelemetry.agent;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.lang.invoke.MethodHandles;
import java.net.HttpURLConnection;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** Has each hop of a {@link HttpURLConnection} decided by its own URL, where it is written. */
public final class UrlConnectionModule extends HopModule {

  /** For {@link java.util.ServiceLoader}. */
  public UrlConnectionModule() {
    super(
        "waybill-http-url-connection",
        List.of(UrlConnectionHop.class),
        "io.opentelemetry.http-url-connection");
  }

  @Override
  List<TypeInstrumentation> types() {
    return List.of(new Connections());
  }

  /** The JDK's connections; those of HTTPS extend this one, or delegate to one that does. */
  private static final class Connections implements TypeInstrumentation {
    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
      return named("sun.net.www.protocol.http.HttpURLConnection");
    }

    @Override
    public void transform(TypeTransformer type) {
      type.applyAdviceToMethod(
          named("writeRequests").and(takesNoArguments()), Written.class.getName());
    }
  }

  /** A request is written; not one that asks a proxy for a tunnel. */
  public static final class Written {
    private Written() {}

    /** Decides what it says: nothing to a proxy that the answer before has named. */
    @Advice.OnMethodEnter(suppress = Throwable.class)
    public static void decide(
        @Advice.This HttpURLConnection connection,
        @Advice.FieldValue("requests") Object lines,
        @Advice.FieldValue("useProxyResponseCode") boolean isSentToProxy) {
      UrlConnectionHop.decide(MethodHandles.lookup(), connection, lines, isSentToProxy);
    }
  }
}
