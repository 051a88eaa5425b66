package io.waybill.examples.spring.journey;

import java.util.List;

/**
 * Who visits the shop, once.
 *
 * @param number the number of the visit and of its order
 * @param forged whether its browser claims to be somebody else
 */
record Shopper(int number, String tenant, String user, boolean forged) {
  /** What a forged header claims. */
  static final String FORGED = "request.id=r-forged,user.id=u-forged,tenant.id=t-forged";

  private static final List<String> NAMES = List.of("ann", "ben", "cleo", "dan", "eva", "finn");
  private static final List<String> TENANTS = List.of("acme", "globex", "umbra", "initech");
  private static final int FORGED_ONE_IN = 3;

  /** Returns the shopper of that number, different from all others. */
  static Shopper numbered(int number) {
    String name = NAMES.get(number % NAMES.size());
    String tenant = TENANTS.get(number % TENANTS.size());
    return new Shopper(number, tenant, "u-" + name + "-" + number, number % FORGED_ONE_IN == 0);
  }

  String login() {
    return tenant + "/" + user;
  }

  @Override
  public String toString() {
    return user + " @ " + tenant;
  }
}
