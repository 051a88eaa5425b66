package io.waybill.http.jdk;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A body that is kept while it is sent, as far as a limit, to be sent again. */
final class KeptBody implements BodyPublisher {
  private final BodyPublisher users;
  private final int limit;
  // Of the one subscription; the JDK's client makes another where it sends again by itself.
  private volatile @Nullable Copy last;

  KeptBody(BodyPublisher users, int limit) {
    this.users = users;
    this.limit = limit;
  }

  /** Returns whether it could be sent again now: all of it is kept, or nobody has asked for it. */
  boolean canRepeat() {
    Copy copy = last;
    return copy == null || copy.isWhole;
  }

  /** Returns what sends the same once more; only if it {@link #canRepeat}. */
  BodyPublisher again() {
    Copy copy = last;
    if (copy == null) {
      return users;
    }
    if (copy.parts.isEmpty()) {
      return BodyPublishers.noBody();
    }
    return users.contentLength() < 0
        ? BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(copy.parts))
        : BodyPublishers.fromPublisher(
            BodyPublishers.ofByteArrays(copy.parts), users.contentLength());
  }

  @Override
  public long contentLength() {
    return users.contentLength();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    Copy copy = new Copy(subscriber, limit);
    last = copy;
    users.subscribe(copy);
  }

  /** What one subscriber got. */
  private static final class Copy implements Flow.Subscriber<ByteBuffer> {
    private final Flow.Subscriber<? super ByteBuffer> jdks;
    private final List<byte[]> parts = new ArrayList<>();
    private int room;
    private volatile boolean isWhole;

    Copy(Flow.Subscriber<? super ByteBuffer> jdks, int limit) {
      this.jdks = jdks;
      this.room = limit;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      jdks.onSubscribe(subscription);
    }

    @Override
    public void onNext(ByteBuffer item) {
      keep(item.duplicate());
      jdks.onNext(item);
    }

    private void keep(ByteBuffer item) {
      room = item.remaining() > room ? -1 : room - item.remaining();
      if (room < 0) {
        parts.clear();
      } else {
        byte[] part = new byte[item.remaining()];
        item.get(part);
        parts.add(part);
      }
    }

    @Override
    public void onError(Throwable failure) {
      jdks.onError(failure);
    }

    @Override
    public void onComplete() {
      isWhole = room >= 0;
      jdks.onComplete();
    }
  }
}
