package io.waybill.leftopen;

import static io.waybill.leftopen.Left.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.concurrent.ContextFuture;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.leftopen.Left.Way;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many users at once over calls of all kinds, servlets and pools, whose handlers leave Contexts
 * open, throw Errors and overflow the stack. No request sees another's user, nor does anybody
 * outside of one.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.waybill.leftopen.Threads#available")
class StormTest {
  private static final int USERS = 10_000;
  private static final int WORKERS = 8;

  // They log what each handler throws, and a stack that overflowed is a thousand lines.
  private static final List<Logger> LOUD =
      Stream.of("io.grpc", "io.waybill", "org.apache.catalina").map(Logger::getLogger).toList();

  private static final List<Way> OTHERS = List.of(Way.KEY, Way.REQUEST, Way.TWO_AND_AN_ERROR);

  private final ExecutorService servers;
  private final ExecutorService pool;
  private final ExecutorService callers;
  // Some of it a container keeps to itself.
  private final ExecutorService serving;
  private final Queue<String> mixUps = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();
  private final List<Container.Running> containers = new ArrayList<>();
  private final Waybill receiving = Left.waybill();
  private Waybill sending;
  private Server server;
  private ManagedChannel channel;
  private HopGrpc.HopBlockingStub blocking;
  private HopGrpc.HopStub asynchronous;
  private HttpClient http;

  StormTest(Threads threads) {
    servers = threads.pool(WORKERS);
    pool = threads.pool(WORKERS);
    callers = threads.pool(WORKERS);
    serving = threads.pool(3 * WORKERS);
  }

  @BeforeEach
  void start() throws Exception {
    LOUD.forEach(logger -> logger.setUseParentHandlers(false));
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .executor(servers)
            .addService(new Stormy())
            .intercept(WaybillGrpc.server(receiving))
            .build()
            .start();
    WaybillBuilder builder =
        Waybill.builder(OpenTelemetry.noop())
            .carry(USER)
            .destination("grpc://127.0.0.1:" + server.getPort(), TrustZone.OWN);
    for (Container each : Container.values()) {
      Container.Running running =
          each.start(serving, "/in/*", List.of(WaybillFilter.of(receiving)), new StormyServlet());
      containers.add(running);
      builder.destination("http://127.0.0.1:" + running.port(), TrustZone.OWN);
    }
    sending = builder.build();
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .usePlaintext()
            .executor(pool)
            .build();
    blocking = WaybillGrpc.wrap(HopGrpc.newBlockingStub(channel), sending);
    asynchronous = WaybillGrpc.wrap(HopGrpc.newStub(channel), sending);
    http = WaybillHttpClient.wrap(HttpClient.newBuilder().executor(pool).build(), sending);
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    server.shutdownNow();
    for (Container.Running running : containers) {
      running.close();
    }
    assertThat(channel.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    for (ExecutorService threads : List.of(servers, pool, callers, serving)) {
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    LOUD.forEach(logger -> logger.setUseParentHandlers(true));
  }

  @Test
  void users_neverMix_andThreadsHoldWhatTheyHeld() throws Exception {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      String user = "u-" + i;
      int kind = i % 8;
      all.add(callers.submit(() -> call(user, kind)));
    }
    for (Future<?> each : all) {
      each.get(120, TimeUnit.SECONDS);
    }

    assertThat(mixUps).isEmpty();
    assertThat(answered.get() + broken.get()).isEqualTo(USERS);
    assertThat(answered).hasPositiveValue();
    assertThat(broken).hasPositiveValue();
    for (ExecutorService threads : List.of(servers, pool, callers)) {
      assertThat(Left.contextsOf(threads, WORKERS)).containsOnly(Context.root());
    }
    assertThat(Left.leaks(receiving)).isPositive();
  }

  private Void call(String user, int kind) throws Exception {
    expect(null, "the caller");
    try {
      String seen =
          sending
              .request()
              .with(USER, user)
              .call(
                  () -> {
                    String answer = answer(user, kind);
                    expect(user, "the caller's request");
                    return answer;
                  });
      if (!seen.equals(user)) {
        mixUps.add(user + " was answered as " + seen);
      }
      answered.incrementAndGet();
    } catch (StatusRuntimeException | IOException | ExecutionException handlerThrew) {
      broken.incrementAndGet();
    }
    expect(null, "the caller afterwards");
    return null;
  }

  private String answer(String user, int kind) throws Exception {
    Note note = Note.newBuilder().setText(user).build();
    return switch (kind) {
      case 0 -> blocking.unary(note).getText();
      case 1 -> blocking.serverStream(note).next().getText();
      case 2 -> streamed(note, asynchronous::clientStream);
      case 3 -> streamed(note, asynchronous::bidi);
      case 4, 5 -> get(containers.get(kind - 4), "/in/", user);
      default -> {
        // Nobody there is in a request; and then, on a pool, the caller's own.
        get(containers.get(kind - 6), "/out/", user);
        yield ContextExecutors.wrap(pool).submit(() -> handle(user)).get();
      }
    };
  }

  private interface Streaming {
    StreamObserver<Note> call(StreamObserver<Note> answers);
  }

  private static String streamed(Note note, Streaming streaming) throws Exception {
    ContextFuture<String> first = new ContextFuture<>();
    StreamObserver<Note> requests =
        streaming.call(
            new StreamObserver<>() {
              @Override
              public void onNext(Note answer) {
                first.complete(answer.getText());
              }

              @Override
              public void onError(Throwable failure) {
                first.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {}
            });
    requests.onNext(note);
    requests.onCompleted();
    try {
      return first.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new IOException(failed);
    }
  }

  private String get(Container.Running container, String path, String user) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + container.port() + path + user);
    var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("status " + answer.statusCode());
    }
    return answer.body();
  }

  /** What a handler does for {@code user}; most leave something behind, or throw. */
  private String handle(String user) {
    expect(user, "a handler");
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (random.nextInt(3) == 0) {
      return user;
    }
    RequestScope scope = RequestScope.current();
    // A stack that overflows takes as long as a hundred others.
    Way way =
        random.nextInt(50) == 0 ? Way.STACK_OVERFLOW : OTHERS.get(random.nextInt(OTHERS.size()));
    try {
      scope.with(USER, user + "-inner").run(() -> way.leave(receiving));
    } catch (StackOverflowError caught) {
      // As many a framework does.
    }
    expect(user, "a handler afterwards");
    way.leave(receiving);
    return user;
  }

  private void expect(String user, String where) {
    RequestScope scope = RequestScope.currentOrNull();
    String seen = scope == null ? null : scope.get(USER);
    if (user == null ? seen != null : !user.equals(seen)) {
      mixUps.add(where + " of " + user + " saw " + seen);
    }
  }

  private final class Stormy extends HopGrpc.HopImplBase {
    @Override
    public void unary(Note request, StreamObserver<Note> response) {
      response.onNext(answered(request));
      response.onCompleted();
    }

    @Override
    public void serverStream(Note request, StreamObserver<Note> response) {
      response.onNext(answered(request));
      response.onCompleted();
    }

    @Override
    public StreamObserver<Note> clientStream(StreamObserver<Note> response) {
      return bidi(response);
    }

    @Override
    public StreamObserver<Note> bidi(StreamObserver<Note> response) {
      return new StreamObserver<>() {
        @Override
        public void onNext(Note request) {
          response.onNext(answered(request));
        }

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {
          response.onCompleted();
        }
      };
    }

    private Note answered(Note request) {
      return Note.newBuilder().setText(handle(request.getText())).build();
    }
  }

  private final class StormyServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String path = request.getRequestURI();
      String user = path.substring(path.lastIndexOf('/') + 1);
      if (path.startsWith("/out/")) {
        expect(null, "a page outside of our filter");
        response.getWriter().print(user);
      } else {
        response.getWriter().print(handle(user));
      }
    }
  }
}
