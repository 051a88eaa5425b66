package io.waybill.spring;

import static java.util.Objects.requireNonNull;

import java.io.Serial;

/**
 * The set-up is wrong: a property, a bean, what a customizer said, or what stands beside it. Ends
 * the start of the application, which prints both texts.
 */
public final class WaybillSetUpException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final String action;

  /**
   * Creates one.
   *
   * @param problem what is wrong; never a field's value
   * @param action what to write instead
   */
  public WaybillSetUpException(String problem, String action) {
    super(requireNonNull(problem, "problem"));
    this.action = requireNonNull(action, "action");
  }

  WaybillSetUpException(String action, RuntimeException wrong) {
    super(wrong.getMessage(), wrong);
    this.action = action;
  }

  /** Returns what to write instead. */
  public String action() {
    return action;
  }
}
