package io.waybill.leftopen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Code that leaves a Context open, and what is found afterwards. */
final class Left {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());

  private static final ContextKey<String> KEY = ContextKey.named("another library's");

  private Left() {}

  static Waybill waybill() {
    return waybill(OpenTelemetry.noop());
  }

  static Waybill waybill(OpenTelemetry openTelemetry) {
    return Waybill.builder(openTelemetry)
        .carry(USER)
        .peers(peer -> TrustZone.OWN)
        .leakDetection(LeakDetection.STRICT)
        .build();
  }

  /** What is left open, and how. */
  enum Way {
    /** Another library's value. */
    KEY {
      @Override
      void leave(Waybill waybill) {
        open(Context.current().with(Left.KEY, "left"));
      }
    },
    /** Two of them, and then an exception. */
    TWO_AND_AN_ERROR {
      @Override
      void leave(Waybill waybill) {
        open(Context.current().with(Left.KEY, "left"));
        open(Context.current().with(Left.KEY, "too"));
        throw new AssertionError("of the handler");
      }
    },
    /** A request of somebody else. */
    REQUEST {
      @Override
      void leave(Waybill waybill) {
        open(waybill.request().with(USER, "u-left").call(Context::current));
      }
    },
    /** As it comes out of a recursion without end: at some depth, no scope can be closed. */
    STACK_OVERFLOW {
      @Override
      void leave(Waybill waybill) {
        RequestScope scope = RequestScope.current();
        scope.with(USER, "u-deep").run(() -> leave(waybill));
      }
    };

    abstract void leave(Waybill waybill);

    /** Expects that it was counted; a stack overflow that closed all scopes has left nothing. */
    void requireFound(Waybill waybill) {
      assertThat(Left.leaks(waybill)).isGreaterThanOrEqualTo(this == STACK_OVERFLOW ? 0 : 1);
    }

    /** Returns whether it throws nothing. */
    boolean isQuiet() {
      return this == KEY || this == REQUEST;
    }

    /** Runs {@code code}, which may throw what this does. */
    void expect(ThrowingCallable code) {
      Throwable thrown = catchThrowable(code);
      if (isQuiet()) {
        assertThat(thrown).isNull();
      }
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // it is what these tests are about
  static void open(Context context) {
    context.makeCurrent();
  }

  /** Returns what each of the {@code size} threads of a fixed pool holds. */
  static List<Context> contextsOf(ExecutorService pool, int size) throws Exception {
    CyclicBarrier all = new CyclicBarrier(size);
    List<Future<Context>> looks = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      looks.add(
          pool.submit(
              () -> {
                all.await(60, TimeUnit.SECONDS);
                return Context.current();
              }));
    }
    List<Context> contexts = new ArrayList<>();
    for (Future<Context> look : looks) {
      contexts.add(look.get());
    }
    return contexts;
  }

  /** Returns what the one thread of {@code one} holds. */
  static Context contextOf(ExecutorService one) {
    try {
      return one.submit(Context::current).get();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  /** Returns how many leaks have been found since this was asked last. */
  static int leaks(Waybill waybill) {
    try {
      waybill.requireNoLeaks();
      return 0;
    } catch (IllegalStateException found) {
      return found.getSuppressed().length;
    }
  }
}
