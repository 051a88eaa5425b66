package io.waybill.examples.demo;

import static io.waybill.BaggageField.attribute;
import static io.waybill.BaggageField.identity;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import java.util.Map;

/** The fields of the shop's requests: what its services agree on, and all that they share. */
final class ShopFields {
  static final BaggageField<String> USER = identity("user.id", FieldCodec.string().maxLength(64));
  static final BaggageField<String> TENANT =
      identity("tenant.id", FieldCodec.string().maxLength(64));

  /** A name for the session, to find it by: not the cookie, which would open it. */
  static final BaggageField<String> SESSION =
      identity("session.id", FieldCodec.string().maxLength(64));

  static final BaggageField<Plan> PLAN = attribute("plan", FieldCodec.enumOf(Plan.class));
  static final BaggageField<String> LOCALE = attribute("locale", FieldCodec.string().maxLength(35));

  /** By name. Wiped when the request ends. */
  static final LocalField<Map<String, String>> COOKIES = LocalField.secret("cookies");

  /** What the edge calls with. It stays there, but for the header that a credential makes of it. */
  static final LocalField<Tokens> TOKENS = LocalField.secret("tokens");

  /** Whose a request is. */
  static final List<BaggageField<String>> IDENTITY =
      List.of(BaggageField.REQUEST_ID, USER, TENANT, SESSION);

  private ShopFields() {}

  /** Declares what travels. A browser may say which language it wants, and nothing else. */
  static WaybillBuilder declare(WaybillBuilder builder) {
    WaybillBuilder service = Explanations.areWanted() ? builder.explain() : builder;
    return service
        .carry(USER)
        .carry(TENANT)
        .carry(SESSION)
        .carry(PLAN)
        .carry(LOCALE, rule -> rule.admitFrom(TrustZone.PUBLIC));
  }
}
