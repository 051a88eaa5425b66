package io.waybill.beside.spring;

import org.junit.jupiter.api.Nested;

/** Spring's clients over ours keep the contract of clients, without an adapter of their own. */
class SpringContractTest {

  @Nested
  class RestClientOverJdk extends SpringContract {
    RestClientOverJdk() {
      super(By.REST_CLIENT, Over.JDK);
    }
  }

  @Nested
  class RestClientOverHttpComponents extends SpringContract {
    RestClientOverHttpComponents() {
      super(By.REST_CLIENT, Over.HTTP_COMPONENTS);
    }
  }

  @Nested
  class RestTemplateOverHttpComponents extends SpringContract {
    RestTemplateOverHttpComponents() {
      super(By.REST_TEMPLATE, Over.HTTP_COMPONENTS);
    }
  }

  @Nested
  class HttpExchangeOverJdk extends SpringContract {
    HttpExchangeOverJdk() {
      super(By.HTTP_EXCHANGE, Over.JDK);
    }
  }
}
