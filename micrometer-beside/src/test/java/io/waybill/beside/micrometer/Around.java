package io.waybill.beside.micrometer;

/** Where Micrometer observes, seen from the request, or from Waybill's adapter. */
enum Around {
  OUTSIDE,
  INSIDE,
  BOTH;

  boolean isOutside() {
    return this != INSIDE;
  }

  boolean isInside() {
    return this != OUTSIDE;
  }
}
