package io.waybill.spring;

import java.io.Serial;

/** The set-up is wrong: a property, a bean, or what a customizer said. */
final class WaybillSetUpException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  WaybillSetUpException(RuntimeException wrong) {
    super(wrong.getMessage(), wrong);
  }
}
