package io.waybill;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;

/**
 * The typed name of something that travels with a request, as one member of W3C baggage.
 *
 * <p>Hold it in a constant. Two fields are the same field only if they are the same object; the
 * name is what other services see.
 *
 * <pre>{@code
 * static final BaggageField<String> USER =
 *     BaggageField.identity("user.id", FieldCodec.string().maxLength(128));
 * }</pre>
 *
 * <p><b>Shape.</b> The name is an RFC 9110 token, case-sensitive: {@code user.id}, but not {@code
 * user id}. Names that look like credentials ({@code authorization}, {@code access.token}, {@code
 * clientsecret}, …; see {@link #isCredential}) are refused: baggage is readable by every service on
 * the way.
 *
 * @param <T> the type of the value
 */
public final class BaggageField<T> {

  private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

  /** What the name of a credential ends with, whatever stands before it and between the words. */
  private static final List<String> CREDENTIALS =
      List.of(
          "accesskey",
          "apikey",
          "auth",
          "authkey",
          "authorisation",
          "authorization",
          "bearer",
          "cookie",
          "cookies",
          "credential",
          "credentials",
          "creds",
          "csrf",
          "encryptionkey",
          "jsessionid",
          "jwt",
          "masterkey",
          "passcode",
          "passphrase",
          "passwd",
          "password",
          "passwords",
          "privatekey",
          "pwd",
          "secret",
          "secretkey",
          "sessid",
          "sessionkey",
          "sharedkey",
          "signingkey",
          "token",
          "xsrf");

  /**
   * The id of a request, which every Waybill carries: the one that a trusted peer sent, else one
   * made here.
   */
  public static final BaggageField<String> REQUEST_ID =
      identity("request.id", FieldCodec.string().maxLength(128));

  private final String name;
  private final FieldCodec<T> codec;
  private final boolean identity;
  // Kept here, for it is looked up by at each read.
  private final int hash;

  private BaggageField(String name, FieldCodec<T> codec, boolean identity) {
    this.name = checkName(name);
    this.codec = requireNonNull(codec, "codec");
    this.identity = identity;
    this.hash = System.identityHashCode(this);
  }

  /**
   * Returns a field that is a claim of identity: only Waybill writes it on the wire, and only peers
   * that may assert it are believed.
   *
   * @throws IllegalArgumentException if the name is no token or looks like a credential
   */
  public static <T> BaggageField<T> identity(String name, FieldCodec<T> codec) {
    return new BaggageField<>(name, codec, true);
  }

  /**
   * Returns a field that plain OpenTelemetry code may read and set too, through its {@code
   * Baggage}.
   *
   * @throws IllegalArgumentException if the name is no token or looks like a credential
   */
  public static <T> BaggageField<T> attribute(String name, FieldCodec<T> codec) {
    return new BaggageField<>(name, codec, false);
  }

  /** Returns the name on the wire. */
  public String name() {
    return name;
  }

  /** Returns how values of this field are written. */
  public FieldCodec<T> codec() {
    return codec;
  }

  /** Returns whether this is an identity field; else it is an attribute. */
  public boolean isIdentity() {
    return identity;
  }

  /** Returns the same for the same field always; fields are equal by identity. */
  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns the name and kind; never a value, since a field has none. */
  @Override
  public String toString() {
    return (identity ? "identity " : "attribute ") + name;
  }

  /** Returns whether {@code name} can be the name of a member: an RFC 9110 token (§5.6.2). */
  public static boolean isName(String name) {
    return !name.isEmpty() && name.chars().allMatch(BaggageField::isToken);
  }

  /**
   * Returns whether {@code name}, of a field or of a header, looks like that of a credential: what
   * is left of it in lower case, without all that is no letter or digit, ends with a word like
   * {@code password}, {@code token} or {@code apikey}. So {@code access~token} does, and {@code
   * token.count} does not.
   */
  public static boolean isCredential(String name) {
    String bare = lettersAndDigits(name.toLowerCase(Locale.ROOT));
    return CREDENTIALS.stream().anyMatch(bare::endsWith);
  }

  private static String lettersAndDigits(String name) {
    StringBuilder bare = new StringBuilder(name.length());
    name.chars().filter(Character::isLetterOrDigit).forEach(c -> bare.append((char) c));
    return bare.toString();
  }

  private static String checkName(String name) {
    if (!isName(requireNonNull(name, "name"))) {
      throw new IllegalArgumentException(
          "name: \"" + name + "\" (expected: letters, digits and " + TOKEN_PUNCTUATION + ")");
    }
    if (isCredential(name)) {
      throw new IllegalArgumentException(
          "name: \""
              + name
              + "\" looks like a credential (expected: LocalField.secret(\""
              + name
              + "\"), which never travels)");
    }
    return name;
  }

  private static boolean isToken(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_PUNCTUATION.indexOf(c) >= 0;
  }
}
