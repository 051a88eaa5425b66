package io.waybill.contextpropagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.lang.ref.WeakReference;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OpenTelemetryContextAccessorTest {
  private static final ContextKey<String> NAME = ContextKey.named("name");

  private final OpenTelemetryContextAccessor accessor = new OpenTelemetryContextAccessor();
  private final ContextSnapshotFactory snapshots =
      ContextSnapshotFactory.builder().clearMissing(true).build();
  private final ExecutorService other = Executors.newSingleThreadExecutor();

  @AfterEach
  void stopOtherThread() {
    other.shutdownNow();
  }

  @Test
  void registry_findsAccessor() {
    assertThat(ContextRegistry.getInstance().getThreadLocalAccessors())
        .hasAtLeastOneElementOfType(OpenTelemetryContextAccessor.class);
  }

  @Test
  void getValue_atRoot() {
    assertThat(accessor.getValue()).isNull();
  }

  @Test
  void getValue_insideScope() {
    Context a = named("a");
    try (Scope ignored = a.makeCurrent()) {
      assertThat(accessor.getValue()).isSameAs(a);
    }
  }

  @Test
  void snapshots_nested() {
    ContextSnapshot a = snapshotOf(named("a"));
    ContextSnapshot b = snapshotOf(named("b"));
    try (ContextSnapshot.Scope outer = a.setThreadLocals()) {
      try (ContextSnapshot.Scope inner = b.setThreadLocals()) {
        assertThat(name()).isEqualTo("b");
      }
      assertThat(name()).isEqualTo("a");
      try (ContextSnapshot.Scope same = a.setThreadLocals()) {
        assertThat(name()).isEqualTo("a");
      }
      assertThat(name()).isEqualTo("a");
    }
    assertThat(Context.current()).isSameAs(Context.root());
  }

  @Test
  void snapshots_betweenScopesOfUsers() {
    ContextSnapshot b = snapshotOf(named("b"));
    try (Scope outer = named("a").makeCurrent()) {
      try (ContextSnapshot.Scope middle = b.setThreadLocals();
          Scope inner = named("c").makeCurrent()) {
        assertThat(name()).isEqualTo("c");
      }
      assertThat(name()).isEqualTo("a");
    }
  }

  @Test
  void emptySnapshot_showsRootAndRestores() {
    ContextSnapshot empty = snapshots.captureAll();
    try (Scope outer = named("a").makeCurrent()) {
      try (ContextSnapshot.Scope inner = empty.setThreadLocals()) {
        assertThat(Context.current()).isSameAs(Context.root());
      }
      assertThat(name()).isEqualTo("a");
    }
  }

  @Test
  void emptySnapshot_thatKeepsMissing() {
    ContextSnapshot empty =
        ContextSnapshotFactory.builder().clearMissing(false).build().captureAll();
    try (Scope outer = named("a").makeCurrent();
        ContextSnapshot.Scope inner = empty.setThreadLocals()) {
      assertThat(name()).isEqualTo("a");
    }
  }

  /** Micrometer's own executor, for code that knows nothing of OpenTelemetry's. */
  @Test
  void executor_wrappedByMicrometer() throws Exception {
    ExecutorService wrapped = ContextExecutorService.wrap(other, snapshots::captureAll);
    try (Scope ignored = named("a").makeCurrent()) {
      assertThat(wrapped.submit(OpenTelemetryContextAccessorTest::name).get()).isEqualTo("a");
    }
    assertThat(other.submit(Context::current).get()).isSameAs(Context.root());
  }

  @Test
  void restore_whereNothingWasSet() {
    accessor.restore();
    accessor.restore(named("b"));
    assertThat(Context.current()).isSameAs(Context.root());

    try (Scope ignored = named("a").makeCurrent()) {
      accessor.restore();
      accessor.restore(named("b"));
      assertThat(name()).isEqualTo("a");
    }
  }

  @Test
  void restore_onOtherThread() throws Exception {
    try (Scope outer = named("a").makeCurrent()) {
      ContextSnapshot.Scope inner = snapshotOf(named("b")).setThreadLocals();

      other.submit(inner::close).get();

      assertThat(other.submit(Context::current).get()).isSameAs(Context.root());
      assertThat(name()).isEqualTo("b");
      inner.close();
      assertThat(name()).isEqualTo("a");
    }
  }

  @Test
  void restore_afterRegistryLoadedAgain() {
    try (ContextSnapshot.Scope ignored = snapshotOf(named("a")).setThreadLocals()) {
      ContextRegistry.getInstance().loadThreadLocalAccessors();
    }
    assertThat(Context.current()).isSameAs(Context.root());
  }

  @Test
  @Timeout(30)
  void thread_keepsNothing() throws Exception {
    WeakReference<Context> passed = other.submit(this::passOnce).get();
    while (passed.get() != null) {
      System.gc();
    }
  }

  private WeakReference<Context> passOnce() {
    Context context = named("a");
    accessor.setValue(context);
    accessor.setValue();
    accessor.restore(context);
    accessor.restore();
    return new WeakReference<>(context);
  }

  private ContextSnapshot snapshotOf(Context context) {
    try (Scope ignored = context.makeCurrent()) {
      return snapshots.captureAll();
    }
  }

  private static Context named(String name) {
    return Context.root().with(NAME, name);
  }

  private static String name() {
    return Context.current().get(NAME);
  }
}
