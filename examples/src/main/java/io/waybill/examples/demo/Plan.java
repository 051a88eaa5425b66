package io.waybill.examples.demo;

/** What a tenant has booked. */
enum Plan {
  BASIC,
  GOLD;

  static Plan of(String tenant) {
    return tenant.equals("acme") ? GOLD : BASIC;
  }
}
