package io.waybill.grpc;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.credential.Authorization;
import io.waybill.sdk.credential.Rejection;
import io.waybill.sdk.policy.Destination;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What gRPC asks at each attempt of a call, on whatever thread: the user's own credentials, in the
 * Context below the call, and then those that the request holds.
 */
final class RequestCredentials extends CallCredentials {
  private final @Nullable CallCredentials users;
  private final OutgoingCall outgoing;
  private final @Nullable Authorization authorization;
  private final @Nullable Destination destination;
  private final @Nullable String authority;
  private final Replays replays;
  // What the application has written into the call; known before gRPC asks.
  private volatile Set<String> written = Set.of();
  // How the last attempt was answered; null before there was one, or while nobody watches.
  private volatile @Nullable Status answered;
  private volatile boolean asked;
  private volatile boolean askedAgain;

  /**
   * Creates those of one call.
   *
   * @param authority that of the channel that {@code destination} is of, as far as it is known
   */
  RequestCredentials(
      @Nullable CallCredentials users,
      OutgoingCall outgoing,
      @Nullable Authorization authorization,
      @Nullable Destination destination,
      @Nullable String authority,
      Replays replays) {
    this.users = users;
    this.outgoing = outgoing;
    this.authorization = authorization;
    this.destination = destination;
    this.authority = authority;
    this.replays = replays;
  }

  /**
   * Whether gRPC itself makes rejected calls of a channel again, as its service config says. Nobody
   * tells us, so the first such call shows it; to watch each attempt costs as much as all the rest.
   */
  static final class Replays {
    private volatile boolean seen;
  }

  /**
   * Returns {@code options} with this, and with what tells it of attempts that gRPC makes again.
   *
   * @param canRepeat whether we can make the call again, where gRPC does not
   */
  CallOptions on(CallOptions options, boolean canRepeat) {
    CallOptions asking = options.withCallCredentials(this);
    return authorization == null || (canRepeat && !replays.seen)
        ? asking
        : asking.withStreamTracerFactory(new Attempts());
  }

  private final class Attempts extends ClientStreamTracer.Factory {
    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamClosed(Status status) {
          answered = status; // Where gRPC makes another attempt, it asks here again.
        }
      };
    }
  }

  void written(Metadata headers) {
    Set<String> names = headers.keys();
    written = names.isEmpty() ? Set.of() : Set.copyOf(names);
  }

  /**
   * Has the credential renewed of a call that nobody can make again: the next one has it.
   *
   * @param canRepeat whether we can
   */
  void closed(Status status, boolean canRepeat) {
    if (authorization == null || status.isOk()) {
      return;
    }
    if (askedAgain) {
      replays.seen = true;
    }
    if (!canRepeat) {
      var unused = rejected(status, false);
    }
  }

  /** The user's come first: what they write is the call's own. */
  @Override
  public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
    askedAgain = asked;
    asked = true;
    if (users == null) {
      applyOurs(call, new Metadata(), applier);
      return;
    }
    Context below = RequestScope.restoring(outgoing.context());
    MetadataApplier adding = authorization == null ? applier : new Adding(call, applier);
    try (Scope ignored = below.makeCurrent()) {
      users.applyRequestMetadata(call, below.wrap(executor), adding);
    }
  }

  /**
   * Adds what the request holds, once what has expired is renewed.
   *
   * @param headers those of this attempt alone
   */
  private void applyOurs(RequestInfo call, Metadata headers, MetadataApplier applier) {
    CompletableFuture<Boolean> renewed = renewed(headers);
    if (renewed == null) {
      applier.apply(attached(call, headers));
    } else {
      var unused = renewed.whenComplete((done, failure) -> applier.apply(attached(call, headers)));
    }
  }

  /** Returns what is to be waited for before an attempt; null for nothing. */
  private @Nullable CompletableFuture<Boolean> renewed(Metadata headers) {
    if (authorization == null) {
      return null;
    }
    Status last = answered;
    CompletableFuture<Boolean> renewed = last == null || last.isOk() ? null : rejected(last, true);
    return renewed == null && authorization.expires()
        ? authorization.due(destination, name -> isWritten(headers, name), null, span())
        : renewed;
  }

  private @Nullable CompletableFuture<Boolean> rejected(Status status, boolean canRepeat) {
    return authorization == null
        ? null
        : authorization.rejected(Rejection.grpc(status.getCode().value()), canRepeat, null, span());
  }

  private Span span() {
    return Span.fromContext(outgoing.context());
  }

  /** Adds to {@code headers} what the request holds. */
  private Metadata attached(RequestInfo call, Metadata headers) {
    if (authorization != null) {
      authorization.attach(
          isElsewhere(call) || isReadable(call) ? null : destination,
          headers,
          this::isWritten,
          MetadataCarrier.INSTANCE);
    }
    return headers;
  }

  private boolean isWritten(Metadata headers, String name) {
    return written.contains(name) || MetadataCarrier.has(headers, name);
  }

  /** Returns whether an interceptor below ours has made the call on another channel. */
  private boolean isElsewhere(RequestInfo call) {
    return authority != null && !authority.equals(call.getAuthority());
  }

  /** Returns whether the operator said grpcs of a channel that is none. */
  private boolean isReadable(RequestInfo call) {
    return destination != null
        && destination.scheme().equals("grpcs")
        && call.getSecurityLevel() == SecurityLevel.NONE;
  }

  /** As the user's: call options are printed with it. */
  @Override
  public String toString() {
    return users == null ? "credentials of the request" : users.toString();
  }

  /** Adds ours to a copy of what the user's credentials give: they may give it to every call. */
  private final class Adding extends MetadataApplier {
    private final RequestInfo call;
    private final MetadataApplier grpcs;

    Adding(RequestInfo call, MetadataApplier grpcs) {
      this.call = call;
      this.grpcs = grpcs;
    }

    @Override
    public void apply(Metadata headers) {
      Metadata own = new Metadata();
      own.merge(headers);
      applyOurs(call, own, grpcs);
    }

    @Override
    public void fail(Status status) {
      grpcs.fail(status);
    }
  }
}
