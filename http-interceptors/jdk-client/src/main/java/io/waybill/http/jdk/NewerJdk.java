package io.waybill.http.jdk;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls methods that the oldest JDK we compile for does not have yet. */
final class NewerJdk {
  private NewerJdk() {}

  /** Returns the public method {@code name} of {@code type}, or null if this JDK has none. */
  static @Nullable MethodHandle find(Class<?> type, String name, MethodType shape) {
    try {
      return MethodHandles.publicLookup().findVirtual(type, name, shape);
    } catch (NoSuchMethodException | IllegalAccessException older) {
      return null;
    }
  }

  /** Returns what {@code method} returns; null, having done nothing, where there is none. */
  static @Nullable Object call(@Nullable MethodHandle method, @Nullable Object... arguments) {
    if (method == null) {
      return null;
    }
    List<@Nullable Object> all = Arrays.asList(arguments);
    try {
      return method.invokeWithArguments(all);
    } catch (Throwable thrown) {
      throw NewerJdk.<RuntimeException>asThrown(thrown);
    }
  }

  /** Lets what the method threw pass as it is: its own signature says what that can be. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // nothing is cast at run time
  private static <X extends Throwable> RuntimeException asThrown(Throwable thrown) throws X {
    throw (X) thrown;
  }
}
