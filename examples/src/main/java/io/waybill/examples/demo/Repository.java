package io.waybill.examples.demo;

import static io.waybill.BaggageField.REQUEST_ID;
import static io.waybill.examples.demo.ShopFields.TENANT;
import static io.waybill.examples.demo.ShopFields.USER;

import io.waybill.RequestScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bottom of a service, where data is read. Nobody passes a user down to here, and still it
 * knows for whom it works.
 */
final class Repository {
  private final String service;
  private final Logger log;

  Repository(String service) {
    this.service = service;
    this.log = LoggerFactory.getLogger("shop." + service);
  }

  /** Looks an order up; returns what it saw while doing so. */
  Hop find(long id) {
    RequestScope scope = RequestScope.current();
    log.info(
        "order {}  user.id={} tenant.id={} request.id={}",
        id,
        scope.get(USER),
        scope.get(TENANT),
        scope.get(REQUEST_ID));
    return Hop.here(service, id);
  }
}
