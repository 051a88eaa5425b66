package io.waybill.opentelemetry.agent;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Has each hop of a client decided by its own address. */
abstract class HopModule extends InstrumentationModule {
  // Of the process, as the agent is. Modules are asked for types before anything is instrumented.
  private static final Set<String> DECIDED = ConcurrentHashMap.newKeySet();

  private final List<Class<?>> ofClient;
  private final Set<String> instrumentations;

  /**
   * Creates the module.
   *
   * @param name the module is switched off by {@code otel.instrumentation.NAME.enabled=false}
   * @param ofClient what knows the client's own classes, and runs beside them; their names begin
   *     with that of the first
   * @param instrumentations the agent's for that client, which then have nothing to decide
   */
  HopModule(String name, List<Class<?>> ofClient, String... instrumentations) {
    super(name);
    this.ofClient = ofClient;
    this.instrumentations = Set.of(instrumentations);
  }

  /** Returns whether the hops of {@code instrumentation} are decided by a module. */
  static boolean decides(String instrumentation) {
    return DECIDED.contains(instrumentation);
  }

  /** Returns the client's types. */
  abstract List<TypeInstrumentation> types();

  /** Asked of a module that is not switched off. */
  @Override
  public final List<TypeInstrumentation> typeInstrumentations() {
    DECIDED.addAll(instrumentations);
    return types();
  }

  @Override
  public final boolean isHelperClass(String className) {
    return className.startsWith(Hop.class.getName())
        || className.startsWith(ofClient.get(0).getName());
  }

  @Override
  public final List<String> getAdditionalHelperClassNames() {
    Stream<Class<?>> ofAll =
        Stream.of(
            Hop.class,
            HopCaller.class,
            HopMemory.class,
            HopMemory.Known.class,
            HopMemory.Asked.class);
    return Stream.concat(ofAll, ofClient.stream()).map(Class::getName).toList();
  }
}
