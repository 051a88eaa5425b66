package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.waybill.sdk.internal.policy.Route;
import io.waybill.sdk.internal.scope.BaggageValue;
import io.waybill.sdk.internal.scope.Fields;
import io.waybill.sdk.internal.scope.Released;
import io.waybill.sdk.internal.scope.UndeclaredBaggage;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.wire.BaggageFormatter;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.internal.wire.Members;
import io.waybill.sdk.policy.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one route releases of the values that it is shown. */
final class Release {
  private final Fields fields;
  // Of the request, which another Waybill may have opened: what it declares is not foreign here.
  private final Fields requests;
  private final Route route;
  private final DecisionRecorder recorder;
  private final List<BaggageValue> values;
  private int withheld;
  private int invalid;

  Release(Fields fields, Fields requests, Route route, DecisionRecorder recorder) {
    this.fields = fields;
    this.requests = requests;
    this.values = new ArrayList<>(fields.size());
    this.route = route;
    this.recorder = recorder;
  }

  Released released(@Nullable Object madeOf) {
    return new Released(route, madeOf, values, withheld, invalid);
  }

  void declared(int slot, @Nullable BaggageValue value) {
    if (value != null) {
      add(value, route.releases(fields.field(slot)));
    }
  }

  /** Shows what nobody declared: first what came in and was not touched, as it came in. */
  void foreign(Members received, Baggage baggage) {
    for (int i = 0; i < received.size(); i++) {
      if (isForeign(received, i) && isUntouched(received, i, baggage)) {
        add(BaggageValue.foreign(received, i), route.releasesForeign());
      }
    }
    if (!(baggage instanceof UndeclaredBaggage)) {
      baggage.forEach((name, plain) -> plain(received, baggage, name, plain));
    }
  }

  private void plain(Members received, Baggage baggage, String name, BaggageEntry plain) {
    int i = received.indexOf(name);
    boolean declared = fields.slot(name) >= 0 || requests.slot(name) >= 0;
    if (declared || (i >= 0 && isUntouched(received, i, baggage))) {
      return;
    }
    if (BaggageFormatter.isName(name)) {
      String properties = BaggageParser.properties(plain.getMetadata().getValue());
      add(BaggageValue.foreign(name, plain.getValue(), properties), route.releasesForeign());
    } else {
      invalid++;
      recorder.explain(name, Outcome.INVALID);
    }
  }

  private boolean isForeign(Members received, int i) {
    return fields.slot(received, i) < 0 && (requests == fields || requests.slot(received, i) < 0);
  }

  private void add(BaggageValue value, boolean mayPass) {
    if (mayPass) {
      values.add(route.releasesForeign() ? value : value.withoutProperties());
    } else {
      withheld++;
      recorder.explain(value.name, Outcome.WITHHELD);
    }
  }

  private static boolean isUntouched(Members received, int i, Baggage baggage) {
    if (baggage instanceof UndeclaredBaggage) {
      return true;
    }
    BaggageEntry now = baggage.getEntry(received.name(i));
    return now != null
        && now.getValue().equals(received.value(i))
        && now.getMetadata().getValue().equals(received.properties(i));
  }
}
