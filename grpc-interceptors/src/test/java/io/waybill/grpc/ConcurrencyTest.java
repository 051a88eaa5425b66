package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many users on few threads. */
class ConcurrencyTest {
  private static final int CALLS = 2000;
  private static final int AT_ONCE = 300;

  private final Hops hops = new Hops();
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final Queue<RequestScope> scopes = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() throws Exception {
    hops.close();
    workers.shutdown();
    assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  /** Two hops, handed from thread to thread; some fail, some are cancelled. */
  @Test
  void identity_isNeverThatOfAnother() throws Exception {
    Server back = hops.server(hops.waybill().build(), HopService.tellingUser());
    HopGrpc.HopStub toBack =
        WaybillGrpc.wrap(HopGrpc.newStub(hops.channel(back)), hops.waybillTo(back));
    Server front = hops.server(hops.waybill().build(), new Relay(toBack));
    Waybill waybill = hops.waybillTo(front);
    HopGrpc.HopFutureStub stub =
        WaybillGrpc.wrap(HopGrpc.newFutureStub(hops.channel(front)), waybill);
    Semaphore slots = new Semaphore(AT_ONCE);
    AtomicInteger over = new AtomicInteger();
    List<ListenableFuture<Note>> answers = new ArrayList<>();

    for (int i = 0; i < CALLS; i++) {
      assertThat(slots.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      String text = i % 10 == 3 ? "fail" : "";
      ListenableFuture<Note> answer =
          waybill.request().with(USER, "u-" + i).call(() -> stub.unary(note(text)));
      answer.addListener(
          () -> {
            over.incrementAndGet();
            slots.release();
          },
          Runnable::run);
      if (i % 10 == 7) {
        answer.cancel(true);
      }
      answers.add(answer);
    }
    Hops.await("all answers", 60, () -> over.get() == CALLS);

    for (int i = 0; i < CALLS; i++) {
      if (i % 10 != 3 && i % 10 != 7) {
        assertThat(answers.get(i).get().getText()).isEqualTo("u-%1$d u-%1$d u-%1$d", i);
      }
    }
    Hops.await("the end of all requests", () -> scopes.stream().allMatch(RequestScope::isEnded));
  }

  /** Asks the next server from another thread, and answers from the one that its answer is on. */
  private final class Relay extends HopGrpc.HopImplBase {
    private final HopGrpc.HopStub toBack;

    Relay(HopGrpc.HopStub toBack) {
      this.toBack = toBack;
    }

    @Override
    public void unary(Note request, StreamObserver<Note> response) {
      RequestScope scope = RequestScope.current();
      scopes.add(scope);
      String here = Hops.user();
      if (request.getText().equals("fail")) {
        throw Status.INTERNAL.asRuntimeException();
      }
      workers.execute(scope.wrap(() -> toBack.unary(request, new Answer(here, response))));
    }
  }

  private record Answer(String here, StreamObserver<Note> response)
      implements StreamObserver<Note> {
    @Override
    public void onNext(Note back) {
      response.onNext(note(here + " " + back.getText() + " " + Hops.user()));
    }

    @Override
    public void onError(Throwable failure) {
      response.onError(failure);
    }

    @Override
    public void onCompleted() {
      response.onCompleted();
    }
  }
}
