package io.waybill.http.apache;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.util.Set;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.jspecify.annotations.Nullable;

/** The user's body, produced in the caller's Context. */
record CallersBody(AsyncEntityProducer users, Context caller) implements AsyncEntityProducer {
  @Override
  public boolean isRepeatable() {
    return users.isRepeatable();
  }

  @Override
  public long getContentLength() {
    return users.getContentLength();
  }

  @Override
  public @Nullable String getContentType() {
    return users.getContentType();
  }

  @Override
  public @Nullable String getContentEncoding() {
    return users.getContentEncoding();
  }

  @Override
  public boolean isChunked() {
    return users.isChunked();
  }

  @Override
  public @Nullable Set<String> getTrailerNames() {
    return users.getTrailerNames();
  }

  @Override
  public int available() {
    try (Scope ignored = caller.makeCurrent()) {
      return users.available();
    }
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    try (Scope ignored = caller.makeCurrent()) {
      users.produce(channel);
    }
  }

  @Override
  public void failed(Exception cause) {
    try (Scope ignored = caller.makeCurrent()) {
      users.failed(cause);
    }
  }

  @Override
  public void releaseResources() {
    try (Scope ignored = caller.makeCurrent()) {
      users.releaseResources();
    }
  }
}
