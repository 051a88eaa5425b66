package io.waybill.opentelemetry.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hops of a {@link HttpURLConnection}: one object whose URL changes. It keeps its header lines
 * from hop to hop, so that what one of them got is taken out before the next.
 */
public final class UrlConnectionHop {
  private static final HopMemory<HttpURLConnection, Set<String>> WRITTEN = new HopMemory<>();

  // Of the JDK's own class of header lines, which it shows to nobody.
  private static volatile @Nullable MethodHandle setter;
  private static volatile @Nullable MethodHandle remover;

  private UrlConnectionHop() {}

  /**
   * Writes what is released to the URL of {@code connection} into its header lines.
   *
   * @param jdk may call what the connection may call
   * @param isSentToProxy whether the answer before has named who is asked instead, which is then
   *     whom nobody has decided on
   */
  public static void decide(
      MethodHandles.Lookup jdk,
      HttpURLConnection connection,
      Object headerLines,
      boolean isSentToProxy) {
    try {
      decided(jdk, connection, headerLines, isSentToProxy);
    } catch (Throwable failed) {
      Hop.failed(failed);
    }
  }

  private static void decided(
      MethodHandles.Lookup jdk,
      HttpURLConnection connection,
      Object headerLines,
      boolean isSentToProxy)
      throws Throwable {
    // Both at first: nothing is written that can't be taken out again.
    MethodHandle set = set(jdk, headerLines.getClass());
    MethodHandle remove = remove(jdk, headerLines.getClass());
    Set<String> written = WRITTEN.remove(connection);
    if (written != null) {
      for (String name : written) {
        remove.invoke(headerLines, name);
      }
    }
    Map<String, String> released =
        isSentToProxy
            ? Map.of()
            : HopCaller.current().released(connection.getURL().toExternalForm());
    if (!released.isEmpty()) {
      WRITTEN.put(connection, released.keySet());
      for (Map.Entry<String, String> header : released.entrySet()) {
        set.invoke(headerLines, header.getKey(), header.getValue());
      }
    }
  }

  private static MethodHandle set(MethodHandles.Lookup jdk, Class<?> lines)
      throws ReflectiveOperationException {
    MethodHandle known = setter;
    if (known == null) {
      MethodType type = MethodType.methodType(void.class, String.class, String.class);
      known = jdk.findVirtual(lines, "set", type);
      setter = known;
    }
    return known;
  }

  private static MethodHandle remove(MethodHandles.Lookup jdk, Class<?> lines)
      throws ReflectiveOperationException {
    MethodHandle known = remover;
    if (known == null) {
      MethodType type = MethodType.methodType(void.class, String.class);
      known = jdk.findVirtual(lines, "remove", type);
      remover = known;
    }
    return known;
  }
}
