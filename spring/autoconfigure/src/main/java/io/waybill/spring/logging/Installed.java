package io.waybill.spring.logging;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.springframework.beans.factory.DisposableBean;

/** What shows fields in all log lines of this JVM, and is taken out by one thread at a time. */
record Installed(AutoCloseable shown) implements DisposableBean {
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  static Installed by(Supplier<AutoCloseable> install) {
    ONE_AT_A_TIME.lock();
    try {
      return new Installed(install.get());
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  @Override
  public void destroy() throws Exception {
    ONE_AT_A_TIME.lock();
    try {
      shown.close();
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }
}
