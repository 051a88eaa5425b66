package io.waybill.http.apache;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** The user's body, written in the caller's Context: it may be code that makes it meanwhile. */
final class CallersEntity extends HttpEntityWrapper {
  private final Context caller;

  CallersEntity(HttpEntity users, Context caller) {
    super(users);
    this.caller = caller;
  }

  @Override
  public InputStream getContent() throws IOException {
    try (Scope ignored = caller.makeCurrent()) {
      return super.getContent();
    }
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (Scope ignored = caller.makeCurrent()) {
      super.writeTo(out);
    }
  }
}
