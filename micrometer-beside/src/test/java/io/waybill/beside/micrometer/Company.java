package io.waybill.beside.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import java.util.function.Supplier;

/** Micrometer as it is set up, and an HTTP server that it observes. */
interface Company extends AutoCloseable {
  ObservationRegistry registry();

  Tracer tracer();

  /** Returns the port of a server that answers what its handler sees, inside an observation. */
  int port();

  @Override
  void close();

  default <T> T observe(String name, Supplier<T> task) {
    return Observation.createNotStarted(name, registry()).observe(task);
  }
}
