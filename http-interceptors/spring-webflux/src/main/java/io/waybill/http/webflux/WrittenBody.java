package io.waybill.http.webflux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpRequestDecorator;
import org.springframework.web.reactive.function.BodyInserter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A body that is kept while it is written, as far as a limit, to be written again: what the user
 * writes it from may be of one use. What is flushed part by part is a stream, and is not kept.
 */
final class WrittenBody implements BodyInserter<Object, ClientHttpRequest> {
  private final BodyInserter<?, ? super ClientHttpRequest> users;
  private final int limit;
  // A connector may write more than once, where it connects again by itself.
  private volatile @Nullable Copy last;

  WrittenBody(BodyInserter<?, ? super ClientHttpRequest> users, int limit) {
    this.users = users;
    this.limit = limit;
  }

  @Override
  public Mono<Void> insert(ClientHttpRequest http, Context context) {
    Copy copy = new Copy(http, limit);
    last = copy;
    return users.insert(copy, context);
  }

  /** Returns what writes the same once more; null if it is not all kept. */
  @Nullable BodyInserter<?, ? super ClientHttpRequest> again() {
    Copy copy = last;
    return copy == null || !copy.isWhole ? null : (http, context) -> copy.writeTo(http);
  }

  /** What was written into one request. */
  private static final class Copy extends ClientHttpRequestDecorator {
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final HttpHeaders described = new HttpHeaders();
    private volatile boolean isWhole;

    Copy(ClientHttpRequest http, int limit) {
      super(http);
      this.limit = limit;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
      getHeaders()
          .forEach(
              (name, lines) -> {
                if (name.toLowerCase(Locale.ROOT).startsWith("content-")) {
                  described.put(name, lines);
                }
              });
      // A connector sends a Mono with its length.
      return super.writeWith(
          body instanceof Mono
              ? Mono.from(body)
                  .doOnSubscribe(all -> bytes.reset())
                  .doOnNext(this::keep)
                  .doOnSuccess(all -> isWhole = bytes.size() <= limit)
              : Flux.from(body)
                  .doOnSubscribe(all -> bytes.reset())
                  .doOnNext(this::keep)
                  .doOnComplete(() -> isWhole = bytes.size() <= limit));
    }

    /** Keeps one byte more than may be, and no further part: so it is seen that there was more. */
    private void keep(DataBuffer buffer) {
      if (bytes.size() <= limit) {
        byte[] part = new byte[buffer.readableByteCount()];
        buffer.toByteBuffer(ByteBuffer.wrap(part));
        bytes.write(part, 0, Math.min(part.length, limit + 1 - bytes.size()));
      }
    }

    Mono<Void> writeTo(ClientHttpRequest http) {
      described.forEach((name, lines) -> http.getHeaders().put(name, lines));
      return bytes.size() == 0
          ? http.setComplete()
          : http.writeWith(Mono.just(http.bufferFactory().wrap(bytes.toByteArray())));
    }
  }
}
