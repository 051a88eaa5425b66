package io.waybill.spring.client;

import io.waybill.sdk.Waybill;
import io.waybill.spring.ObservedSpans;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The Waybill of clients. The first call asks for it, not the set-up: what renews a credential of
 * it may be such a client.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
final class ClientWaybill implements Supplier<Waybill> {
  private final ListableBeanFactory beans;
  private final String observer;
  private volatile @Nullable Waybill known;

  /**
   * Creates one.
   *
   * @param observer Boot's bean that has Micrometer observe these clients
   */
  ClientWaybill(ListableBeanFactory beans, String observer) {
    this.beans = beans;
    this.observer = observer;
  }

  @Override
  public Waybill get() {
    Waybill waybill = known;
    if (waybill == null) {
      waybill = ObservedSpans.of(beans.getBean(Waybill.class), beans, observer);
      known = waybill;
    }
    return waybill;
  }
}
