package io.waybill.opentelemetry.instrumentation;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A class of any class loader, known by its name alone. Its methods are handles from objects to an
 * object.
 */
record Named(Class<?> type) {
  private static final String OPENTELEMETRY = "io.opentelemetry.";

  /**
   * Returns the first of {@code type}, what it extends and what it implements that has one of these
   * names; null if none has.
   *
   * @param names full ones; or such as {@code .NettyRequest}, of OpenTelemetry's own classes, whose
   *     packages differ by version, and under the agent
   */
  static @Nullable Class<?> among(@Nullable Class<?> type, List<String> names) {
    if (type == null) {
      return null;
    }
    if (names.stream().anyMatch(name -> isNamed(type.getName(), name))) {
      return type;
    }
    for (Class<?> implemented : type.getInterfaces()) {
      Class<?> found = among(implemented, names);
      if (found != null) {
        return found;
      }
    }
    return among(type.getSuperclass(), names);
  }

  private static boolean isNamed(String type, String name) {
    return name.startsWith(".")
        ? type.startsWith(OPENTELEMETRY) && type.endsWith(name)
        : type.equals(name);
  }

  /** Returns the class of this name that this one sees. */
  Named other(String name) throws ClassNotFoundException {
    return new Named(Class.forName(name, false, type.getClassLoader()));
  }

  /** Returns the value of a constant. */
  Object constant(String name) throws ReflectiveOperationException {
    return type.getField(name).get(null);
  }

  MethodHandle method(String name, Class<?>... parameters) throws ReflectiveOperationException {
    return handle(type.getMethod(name, parameters));
  }

  /** Returns the one of these that is there; without parameters. */
  MethodHandle oneOf(String before, String now) throws ReflectiveOperationException {
    for (Method method : type.getMethods()) {
      boolean isOne = method.getName().equals(before) || method.getName().equals(now);
      if (isOne && method.getParameterCount() == 0) {
        return handle(method);
      }
    }
    throw new NoSuchMethodException(now);
  }

  /** Returns what asks whether an object is of this class. */
  MethodHandle isInstance() throws ReflectiveOperationException {
    MethodHandle asks =
        MethodHandles.publicLookup().unreflect(Class.class.getMethod("isInstance", Object.class));
    MethodHandle bound = asks.bindTo(type);
    return bound.asType(bound.type().generic());
  }

  private static MethodHandle handle(Method method) throws IllegalAccessException {
    MethodHandle handle = MethodHandles.publicLookup().unreflect(method).asFixedArity();
    return handle.asType(handle.type().generic());
  }
}
