package io.waybill.http.apache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.nio.AsyncDataConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.jspecify.annotations.Nullable;

/**
 * A rejection of which nobody knows yet whose it is: nobody's, if the request is sent again, else
 * the user's, from its first byte. Meanwhile no more of it is asked for than comes by itself, which
 * is one window.
 *
 * <p><b>Threading.</b> Told by the client's thread, decided by any; what was told is passed on by
 * one at a time, in its order.
 */
final class HeldAnswer implements AsyncDataConsumer {
  private final Opening opening;
  private final Consumer<Exception> broken;
  private final Queue<Event> events = new ConcurrentLinkedQueue<>();
  // One is the decision that is missing.
  private final AtomicInteger waiting = new AtomicInteger(1);
  private final AtomicBoolean decided = new AtomicBoolean();
  private volatile boolean repeats;
  private volatile boolean isBroken;
  private volatile @Nullable AsyncDataConsumer users;

  interface Opening {
    @Nullable AsyncDataConsumer open() throws HttpException, IOException;
  }

  private interface Event {
    void pass() throws HttpException, IOException;
  }

  /**
   * Creates one that holds.
   *
   * @param opening tells the user of the answer
   * @param broken told of what the user's consumer throws
   */
  HeldAnswer(Opening opening, Consumer<Exception> broken) {
    this.opening = opening;
    this.broken = broken;
  }

  void decide(boolean repeats) {
    if (!decided.compareAndSet(false, true)) {
      return;
    }
    this.repeats = repeats;
    if (!repeats) {
      pass(() -> users = opening.open());
    }
    drain();
  }

  /** Runs {@code task}, and passes on nothing after it; nor before, if that is not decided. */
  void fail(Runnable task) {
    tell(
        () -> {
          isBroken = true;
          task.run();
        });
    if (decided.compareAndSet(false, true)) {
      drain();
    }
  }

  /** Runs {@code task} with the decision, after all that was told before. */
  void then(Consumer<Boolean> task) {
    tell(() -> task.accept(repeats));
  }

  @Override
  public void updateCapacity(CapacityChannel channel) {
    tell(
        () -> {
          AsyncDataConsumer consumer = users;
          if (consumer == null) {
            channel.update(Integer.MAX_VALUE);
          } else {
            consumer.updateCapacity(channel);
          }
        });
  }

  @Override
  public void consume(ByteBuffer part) {
    byte[] copy = new byte[part.remaining()];
    part.get(copy);
    tell(
        () -> {
          AsyncDataConsumer consumer = users;
          if (consumer != null) {
            consumer.consume(ByteBuffer.wrap(copy));
          }
        });
  }

  @Override
  public void streamEnd(@Nullable List<? extends Header> trailers) {
    tell(
        () -> {
          AsyncDataConsumer consumer = users;
          if (consumer != null) {
            consumer.streamEnd(trailers);
          }
        });
  }

  @Override
  public void releaseResources() {
    tell(
        () -> {
          AsyncDataConsumer consumer = users;
          if (consumer != null) {
            consumer.releaseResources();
          }
        });
  }

  private void tell(Event event) {
    events.add(event);
    if (waiting.getAndIncrement() == 0) {
      drain();
    }
  }

  private void drain() {
    int done = 1;
    while (done != 0) {
      for (Event event = events.poll(); event != null; event = events.poll()) {
        pass(event);
      }
      done = waiting.addAndGet(-done);
    }
  }

  private void pass(Event event) {
    if (isBroken) {
      return;
    }
    try {
      event.pass();
    } catch (Exception failure) {
      isBroken = true;
      broken.accept(failure);
    }
  }
}
