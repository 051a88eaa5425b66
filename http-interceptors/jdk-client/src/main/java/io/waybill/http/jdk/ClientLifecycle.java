package io.waybill.http.jdk;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The shutdown of a client, which JDK 21 brought. The client below is shut down once the last call
 * is done, since the next hop of a redirect is a new request to it.
 */
final class ClientLifecycle {
  private static final @Nullable MethodHandle SHUTDOWN = find("shutdown", void.class);
  private static final @Nullable MethodHandle SHUTDOWN_NOW = find("shutdownNow", void.class);
  private static final @Nullable MethodHandle IS_TERMINATED = find("isTerminated", boolean.class);
  private static final @Nullable MethodHandle AWAIT_TERMINATION =
      find("awaitTermination", boolean.class, Duration.class);

  private final HttpClient client;
  // One for the open client itself, so that 0 is reached once it is shut down and idle.
  private final AtomicInteger users = new AtomicInteger(1);
  private final AtomicBoolean shutdown = new AtomicBoolean();

  ClientLifecycle(HttpClient client) {
    this.client = client;
  }

  /**
   * Starts a call, which {@link #leave} ends.
   *
   * @throws IOException if the client was shut down, as the JDK's client does
   */
  void enter() throws IOException {
    users.incrementAndGet();
    if (shutdown.get()) {
      leave();
      throw new IOException("closed: the client was shut down");
    }
  }

  void leave() {
    if (users.decrementAndGet() == 0) {
      NewerJdk.call(SHUTDOWN, client);
    }
  }

  void shutdown() {
    if (shutdown.compareAndSet(false, true)) {
      leave();
    }
  }

  void shutdownNow() {
    shutdown();
    NewerJdk.call(SHUTDOWN_NOW, client);
  }

  boolean isTerminated() {
    return Boolean.TRUE.equals(NewerJdk.call(IS_TERMINATED, client));
  }

  boolean awaitTermination(Duration duration) {
    return Boolean.TRUE.equals(NewerJdk.call(AWAIT_TERMINATION, client, duration));
  }

  private static @Nullable MethodHandle find(String name, Class<?> result, Class<?>... parameters) {
    return NewerJdk.find(HttpClient.class, name, MethodType.methodType(result, parameters));
  }
}
