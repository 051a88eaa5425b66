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
  private final boolean areObserved;
  private volatile @Nullable Waybill known;

  /**
   * Creates one.
   *
   * @param areObserved whether Micrometer observes these clients where it is set up
   */
  ClientWaybill(ListableBeanFactory beans, boolean areObserved) {
    this.beans = beans;
    this.areObserved = areObserved;
  }

  @Override
  public Waybill get() {
    Waybill waybill = known;
    if (waybill == null) {
      Waybill bean = beans.getBean(Waybill.class);
      waybill = areObserved ? ObservedSpans.of(bean, beans) : bean;
      known = waybill;
    }
    return waybill;
  }
}
