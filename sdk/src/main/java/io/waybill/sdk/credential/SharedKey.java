package io.waybill.sdk.credential;

import io.waybill.LocalField;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What stands for the shared text of a credential where something is looked up by it: a digest with
 * a key that only this process has, so that neither a map nor a heap dump holds a refresh token.
 */
final class SharedKey {
  private static final String ALGORITHM = "HmacSHA256";
  private static final SecretKeySpec SECRET = new SecretKeySpec(random(), ALGORITHM);

  private final LocalField<?> field;
  private final byte[] digest;

  private SharedKey(LocalField<?> field, byte[] digest) {
    this.field = field;
    this.digest = digest;
  }

  private static byte[] random() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return random;
  }

  /** Returns the key of values of {@code field} that share {@code text}. */
  static SharedKey of(LocalField<?> field, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(SECRET);
      return new SharedKey(field, mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SharedKey key
        && field == key.field
        && Arrays.equals(digest, key.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }

  /** Returns nothing of the digest: it would tell which requests share one. */
  @Override
  public String toString() {
    return "key of " + field;
  }
}
