package io.waybill.testing;

import java.util.List;

/**
 * A service of the contracts throws it where a server rejects a call for its credential: HTTP's
 * 401, gRPC's {@code UNAUTHENTICATED}.
 */
public final class UnauthenticatedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> challenges;

  UnauthenticatedException(String... challenges) {
    super("rejected");
    this.challenges = List.of(challenges);
  }

  /** Returns the lines of {@code WWW-Authenticate}, for HTTP. */
  public List<String> challenges() {
    return challenges;
  }
}
