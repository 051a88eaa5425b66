package io.waybill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names that may travel. */
class BaggageFieldTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "user.id",
        "USER",
        "100%",
        "!#$%&'*+-.^_`|~",
        "09azAZ",
        "token.count",
        "tokens",
        "secrets",
        "cookie.consent",
        "keynote",
        "broken",
        "token.bucket",
        "tokenizer",
        "passwordless",
        "password.age",
        "author",
        "auth.method",
        "authority",
        "session.id",
        "sessionId",
        "secretary",
        "secret.santa",
        "cookie-banner",
        "api.key.id",
        "key",
        "partition.key",
        "primaryKey",
        "jwt.issuer",
        "bearing",
        "accredited",
        "pass",
        "compass"
      })
  void identity_token(String name) {
    BaggageField<String> field = BaggageField.identity(name, FieldCodec.string());

    assertThat(field.name()).isEqualTo(name);
    assertThat(field.isIdentity()).isTrue();
    assertThat(field.codec()).isSameAs(FieldCodec.string());
    assertThat(field).hasToString("identity " + name);
  }

  @Test
  void attribute_isNoIdentity() {
    BaggageField<Long> field = BaggageField.attribute("plan", FieldCodec.int64());

    assertThat(field.isIdentity()).isFalse();
    assertThat(field).hasToString("attribute plan");
  }

  /** RFC 9110 §5.6.2. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "user id", "a,admin", "a=b", "a;b", "a\r\nb", "a\0", "\"a\"", "a\\b", "a/b", "a:b",
        "a@b", "(a)", "[a]", "{a}", "<a>", "a?", "\u007F", "é", "ａ", "\uD800"
      })
  void identity_noToken_throws(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BaggageField.identity(name, FieldCodec.string()))
        .withMessage("name: \"" + name + "\" (expected: letters, digits and !#$%&'*+-.^_`|~)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BaggageField.attribute(name, FieldCodec.string()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization",
        "Authorization",
        "proxy-authorization",
        "Proxy_Authorization",
        "cookie",
        "Set-Cookie",
        "password",
        "passwd",
        "secret",
        "client-secret",
        "token",
        "access_token",
        "Access-Token",
        "refresh_token",
        "id-token",
        "api-key",
        "API_KEY",
        "apikey",
        "x-api-key",
        "access.token",
        "accessToken",
        "AccessToken",
        "shop.api.key",
        "apiKey",
        "github-token",
        "session.cookie",
        "user.password",
        "private.key",
        "credentials",
        "x.jwt",
        "accesstoken",
        "ACCESSTOKEN",
        "clientsecret",
        "access~token",
        "access*token",
        "access`token",
        "access|token",
        "access'token",
        "access^token",
        "access+token",
        "access!token",
        "access#token",
        "access$token",
        "access%token",
        "access&token",
        "a.c.c.e.s.s.t.o.k.e.n",
        "accessToken_",
        "~token~",
        "t_o_k_e_n",
        "TOken",
        "idtoken",
        "refreshtoken",
        "csrftoken",
        "xauthtoken",
        "sessiontoken",
        "userpassword",
        "passWord",
        "pass-word",
        "pass~phrase",
        "pass.code",
        "user.pwd",
        "dbpasswd",
        "privatekey",
        "secret*key",
        "awssecretaccesskey",
        "signingKey",
        "api~key",
        "a.p.i.k.e.y",
        "xapikey",
        "setcookie",
        "cookies",
        "JSESSIONID",
        "basicauth",
        "proxyauthorization",
        "shopcredential",
        "my.creds",
        "rawjwt",
        "authbearer",
        "proxyAuthorisation",
        "x-csrf",
        "xsrf",
        "ASP.NET_SessId"
      })
  void attribute_credential_throws(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BaggageField.attribute(name, FieldCodec.string()))
        .withMessage(
            "name: \""
                + name
                + "\" looks like a credential (expected: LocalField.secret(\""
                + name
                + "\"), which never travels)");
  }

  /** In Turkish the lower case of I has no dot. */
  @Test
  void attribute_credential_localeOfTheMachine() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> BaggageField.attribute("AUTHORIZATION", FieldCodec.string()));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void equals_sameObjectOnly() {
    assertThat(BaggageField.identity("user.id", FieldCodec.string()))
        .isNotEqualTo(BaggageField.identity("user.id", FieldCodec.string()));
  }

  @Test
  void null_throws() {
    assertThatNullPointerException()
        .isThrownBy(() -> BaggageField.identity(null, FieldCodec.string()))
        .withMessage("name");
    assertThatNullPointerException()
        .isThrownBy(() -> BaggageField.attribute("plan", null))
        .withMessage("codec");
  }

  @Test
  void requestId_shape() {
    assertThat(BaggageField.REQUEST_ID).hasToString("identity request.id");
    assertThat(BaggageField.REQUEST_ID.codec().decode("x".repeat(128))).isNotNull();
    assertThat(BaggageField.REQUEST_ID.codec().decode("x".repeat(129))).isNull();
  }
}
