package io.waybill.http.apache;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncDataConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.jspecify.annotations.Nullable;

/** The user's consumer and callback, run in the caller's Context. */
record CallersCallback(AsyncExecCallback users, Context caller) implements AsyncExecCallback {
  @Override
  public @Nullable AsyncDataConsumer handleResponse(
      HttpResponse response, @Nullable EntityDetails details) throws HttpException, IOException {
    try (Scope ignored = caller.makeCurrent()) {
      AsyncDataConsumer consumer = users.handleResponse(response, details);
      return consumer == null ? null : new Consumer(consumer, caller);
    }
  }

  @Override
  public void handleInformationResponse(HttpResponse response) throws HttpException, IOException {
    try (Scope ignored = caller.makeCurrent()) {
      users.handleInformationResponse(response);
    }
  }

  @Override
  public void completed() {
    try (Scope ignored = caller.makeCurrent()) {
      users.completed();
    }
  }

  @Override
  public void failed(Exception cause) {
    try (Scope ignored = caller.makeCurrent()) {
      users.failed(cause);
    }
  }

  private record Consumer(AsyncDataConsumer users, Context caller) implements AsyncDataConsumer {
    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
      try (Scope ignored = caller.makeCurrent()) {
        users.updateCapacity(channel);
      }
    }

    @Override
    public void consume(ByteBuffer part) throws IOException {
      try (Scope ignored = caller.makeCurrent()) {
        users.consume(part);
      }
    }

    @Override
    public void streamEnd(@Nullable List<? extends Header> trailers)
        throws HttpException, IOException {
      try (Scope ignored = caller.makeCurrent()) {
        users.streamEnd(trailers);
      }
    }

    @Override
    public void releaseResources() {
      try (Scope ignored = caller.makeCurrent()) {
        users.releaseResources();
      }
    }
  }
}
