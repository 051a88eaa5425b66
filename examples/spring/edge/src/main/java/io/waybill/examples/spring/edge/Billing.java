package io.waybill.examples.spring.edge;

import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.service.annotation.GetExchange;

/** What the edge asks of billing. */
interface Billing {
  @GetExchange("/invoices/{id}")
  List<String> invoice(@PathVariable long id);

  @GetExchange("/accounts/{id}")
  List<String> account(@PathVariable long id);
}
