package io.waybill.sdk.credential;

/**
 * A {@link Renewal} throws it when the credential is gone for good, as at {@code invalid_grant}
 * (RFC 6749 §5.2). Callers get the rejection that they had, and nobody asks again for that one.
 */
public final class CredentialRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates it.
   *
   * @param message why; without the credential, since it may be logged
   */
  public CredentialRefusedException(String message) {
    super(message);
  }

  /** Creates it with what the server's answer was read as. */
  public CredentialRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
