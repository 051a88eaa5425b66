package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestLog;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * 10,000 requests of as many users and of all four kinds on a server of two threads, 1,000 of them
 * inside handlers at once. Some throw, some are cancelled, some run out of time, at random; all
 * others are answered from another thread.
 */
class ManyUsersTest {
  private static final int CALLS = 10_000;
  private static final int HELD = 1000;
  private static final int UNDER_WAY = 3000;

  private final Hops hops = new Hops();
  // Handlers that throw fill the console.
  private final TestLog log = TestLog.start();
  private final ExecutorService serverThreads = Executors.newFixedThreadPool(2);
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final AtomicInteger mixUps = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicInteger over = new AtomicInteger();
  private final Semaphore slots = new Semaphore(UNDER_WAY);
  private final SplittableRandom random = new SplittableRandom(16);

  @AfterEach
  void close() throws Exception {
    try (log) {
      hops.close();
    }
    for (ExecutorService threads : new ExecutorService[] {serverThreads, workers}) {
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void identity_isNeverThatOfAnother() throws Exception {
    Waybill waybill = hops.waybill().leakDetection(LeakDetection.STRICT).build();
    Holding service = new Holding();
    Server server =
        hops.start(
            hops.serverBuilder()
                .executor(serverThreads)
                .addService(service)
                .intercept(WaybillGrpc.server(waybill)));
    Waybill client =
        hops.waybill()
            .leakDetection(LeakDetection.STRICT)
            .destination(Hops.origin(server), TrustZone.OWN)
            .build();
    HopGrpc.HopStub stub = WaybillGrpc.wrap(HopGrpc.newStub(hops.channel(server)), client);

    for (int i = 0; i < CALLS; i++) {
      assertThat(slots.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      Kind kind = Kind.values()[i % Kind.values().length];
      call(client, stub, kind, "u-" + i, random.nextInt(10));
    }
    service.holdNoMore();
    Hops.await("the end of all calls", 300, () -> over.get() == CALLS);
    Hops.await("the end of all spans", 60, () -> hops.spans.started() == hops.spans.left());

    assertThat(mixUps).hasValue(0);
    assertThat(service.mostHeld).hasValueGreaterThanOrEqualTo(HELD);
    assertThat(answers).hasValueGreaterThanOrEqualTo(CALLS * 6 / 10);
    waybill.requireNoLeaks();
    client.requireNoLeaks();
  }

  private void call(Waybill client, HopGrpc.HopStub stub, Kind kind, String user, int fate) {
    HopGrpc.HopStub timed = fate == 5 ? stub.withDeadlineAfter(5, TimeUnit.MILLISECONDS) : stub;
    Answer answer = new Answer(user);
    Note request = note(fate == 3 ? "throw" : user);
    client.request().with(USER, user).run(() -> send(timed, kind, request, answer));
    if (fate == 7) {
      workers.execute(answer::cancel);
    }
  }

  private static void send(HopGrpc.HopStub stub, Kind kind, Note request, Answer answer) {
    switch (kind) {
      case UNARY -> stub.unary(request, answer);
      case SERVER_STREAM -> stub.serverStream(request, answer);
      case CLIENT_STREAM -> send(stub.clientStream(answer), request);
      case BIDI -> send(stub.bidi(answer), request);
    }
  }

  private static void send(StreamObserver<Note> requests, Note request) {
    requests.onNext(request);
    requests.onCompleted();
  }

  /** What a client gets: the user that sent it, in its own request again. */
  private final class Answer implements ClientResponseObserver<Note, Note> {
    private final String user;
    private volatile @Nullable ClientCallStreamObserver<Note> call;

    Answer(String user) {
      this.user = user;
    }

    void cancel() {
      call.cancel("the caller has lost interest", null);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Note> call) {
      this.call = call;
    }

    @Override
    public void onNext(Note note) {
      if (!note.getText().equals(user + " " + user) || !Hops.user().equals(user)) {
        mixUps.incrementAndGet();
      }
      answers.incrementAndGet();
    }

    @Override
    public void onError(Throwable failure) {
      if (!Hops.user().equals(user)) {
        mixUps.incrementAndGet();
      }
      end();
    }

    @Override
    public void onCompleted() {
      end();
    }

    /** Not counted by answers and failures: a cancel may come between an answer and its end. */
    private void end() {
      over.incrementAndGet();
      slots.release();
    }
  }

  /** Holds each request until there are many, and answers from another thread. */
  private final class Holding extends HopGrpc.HopImplBase {
    private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger mostHeld = new AtomicInteger();
    private volatile boolean holds = true;

    @Override
    public void unary(Note request, StreamObserver<Note> response) {
      hold(request, response);
    }

    @Override
    public void serverStream(Note request, StreamObserver<Note> response) {
      hold(request, response);
    }

    @Override
    public StreamObserver<Note> clientStream(StreamObserver<Note> response) {
      return new LastRequest(response);
    }

    @Override
    public StreamObserver<Note> bidi(StreamObserver<Note> response) {
      return new LastRequest(response);
    }

    private void hold(Note request, StreamObserver<Note> response) {
      String here = Hops.user();
      if (request.getText().equals("throw")) {
        throw Status.INTERNAL.asRuntimeException();
      }
      held.add(RequestScope.current().wrap(() -> answer(here, response)));
      int now = size.incrementAndGet();
      mostHeld.accumulateAndGet(now, Math::max);
      if (now >= HELD || !holds) {
        release();
      }
    }

    /** Holds the request once the client has sent all of it. */
    private final class LastRequest implements StreamObserver<Note> {
      private final StreamObserver<Note> response;
      private Note last = Note.getDefaultInstance();

      LastRequest(StreamObserver<Note> response) {
        this.response = response;
      }

      @Override
      public void onNext(Note request) {
        last = request;
      }

      @Override
      public void onError(Throwable cancelled) {}

      @Override
      public void onCompleted() {
        hold(last, response);
      }
    }

    void holdNoMore() {
      holds = false;
      release();
    }

    private void release() {
      for (Runnable answer = held.poll(); answer != null; answer = held.poll()) {
        size.decrementAndGet();
        workers.execute(answer);
      }
    }

    private void answer(String here, StreamObserver<Note> response) {
      try {
        response.onNext(note(here + " " + Hops.user()));
        response.onCompleted();
      } catch (StatusRuntimeException | IllegalStateException cancelledMeanwhile) {
        // The client is gone; its request has ended by the cancel.
      }
    }
  }
}
