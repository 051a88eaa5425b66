package io.waybill.sdk.credential;

/**
 * Gets a new credential for an old one, by asking an authorization server, say.
 *
 * <p><b>Threading.</b> Runs on a thread of its own, in no request, once for all who hold {@code
 * held}. It is interrupted after three times {@link Credential#timeout}: set timeouts of its own.
 *
 * @param <T> the type of the credential
 */
@FunctionalInterface
public interface Renewal<T> {

  /**
   * Returns what takes the place of {@code held}; never null.
   *
   * @throws CredentialRefusedException if it can't be renewed, now or later: nobody asks again
   * @throws Exception if it failed this time; it is tried again later
   */
  T renew(T held) throws Exception;
}
