package io.waybill.sdk;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Peer;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Waybill of an application, as the Java agent's propagator knows it: behind a function of JDK
 * types, since they have no other class in common. See {@link Announcement}, its other end.
 *
 * <p>The function reads {@code Context.current()}, which is the agent's Context as the application
 * sees it. It is held weakly: an application that is undeployed takes it along.
 */
final class Application implements Receiver {
  private final WeakReference<BiFunction<String, Object[], Object>> function;
  private final WeakReference<ClassLoader> loader;
  private final @Nullable Set<String> headers;

  @SuppressWarnings("unchecked") // as Announcement answers
  Application(BiFunction<String, Object[], Object> function) {
    this.function = new WeakReference<>(function);
    this.loader = new WeakReference<>(function.getClass().getClassLoader());
    this.headers = (Set<String>) function.apply(Announcement.HEADERS, new Object[0]);
  }

  boolean isGone() {
    return function.get() == null;
  }

  boolean isOf(ClassLoader other) {
    return loader.refersTo(other);
  }

  /** Returns whether code of {@code caller} may be its: one of the two loads for the other. */
  boolean mayBeOf(@Nullable ClassLoader caller) {
    ClassLoader own = loader.get();
    return own != null && (isAbove(own, caller) || isAbove(caller, own));
  }

  private static boolean isAbove(@Nullable ClassLoader above, @Nullable ClassLoader below) {
    if (above == null) {
      return true;
    }
    ClassLoader each = below;
    while (each != null && each != above) {
      each = each.getParent();
    }
    return each == above;
  }

  @Override
  public @Nullable Set<String> headers() {
    return headers;
  }

  @Override
  @SuppressWarnings("unchecked") // as Announcement answers
  public @Nullable Opened open(
      Context extracted,
      Map<String, List<String>> lines,
      Peer peer,
      String operation,
      boolean shows) {
    Context[] opened = {extracted};
    Runnable keep = () -> opened[0] = Context.current();
    Object request =
        in(
            extracted,
            Announcement.RECEIVE,
            lines,
            peer.verifiedNames(),
            peer.remote(),
            peer.listener(),
            operation,
            shows,
            keep);
    return request == null ? null : new OfApplication((Consumer<String>) request, opened[0]);
  }

  @Override
  public void leftClosed() {
    in(Context.root(), Announcement.LEFT_CLOSED);
  }

  /** Has the application write what goes to {@code destination}. */
  void release(Context caller, Destination destination, BiConsumer<String, String> write) {
    in(
        caller,
        Announcement.RELEASE,
        destination.scheme(),
        destination.host(),
        destination.port(),
        write);
  }

  private @Nullable Object in(Context context, String what, @Nullable Object... of) {
    BiFunction<String, Object[], Object> known = function.get();
    if (known == null) {
      return null;
    }
    try (Scope ignored = context.makeCurrent()) {
      return known.apply(what, of);
    }
  }

  private record OfApplication(Consumer<String> request, Context context) implements Opened {
    @Override
    public void started(Context ofSpan) {
      tell(ofSpan, Announcement.STARTED);
    }

    @Override
    public void end() {
      tell(context, Announcement.ENDED);
    }

    private void tell(Context current, String what) {
      try (Scope ignored = current.makeCurrent()) {
        request.accept(what);
      }
    }
  }
}
