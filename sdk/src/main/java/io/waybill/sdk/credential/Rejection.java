package io.waybill.sdk.credential;

import static java.util.Objects.requireNonNull;

import io.waybill.sdk.internal.wire.Challenges;
import java.util.List;

/**
 * How a server has answered a call that had a credential, or none.
 *
 * @param status the HTTP status, or the number of gRPC's: 16 is {@code UNAUTHENTICATED}
 * @param isGrpc which of the two it is
 * @param challenges the lines of {@code WWW-Authenticate}; empty if there is none
 */
public record Rejection(int status, boolean isGrpc, List<String> challenges) {
  private static final int HTTP_UNAUTHORIZED = 401;
  private static final int GRPC_UNAUTHENTICATED = 16;

  /** Creates an answer. */
  public Rejection {
    challenges = List.copyOf(requireNonNull(challenges, "challenges"));
  }

  /** Returns an answer over HTTP. */
  public static Rejection http(int status, List<String> challenges) {
    return new Rejection(status, false, challenges);
  }

  /** Returns an answer over gRPC. */
  public static Rejection grpc(int status) {
    return new Rejection(status, true, List.of());
  }

  /**
   * Returns whether a new credential may help: gRPC's {@code UNAUTHENTICATED}, and HTTP's 401
   * without a challenge, or with a Bearer challenge (RFC 6750 §3) that has no error or {@code
   * invalid_token}. Not where the server wants another scope, or another scheme alone.
   */
  public boolean isOfToken() {
    return isGrpc
        ? status == GRPC_UNAUTHENTICATED
        : status == HTTP_UNAUTHORIZED && Challenges.letRenew(challenges);
  }

  /** Returns the status; a challenge is a server's text. */
  @Override
  public String toString() {
    return (isGrpc ? "gRPC " : "HTTP ") + status;
  }
}
