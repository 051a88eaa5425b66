package io.waybill.examples.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The browsers: sends many requests at the same time. */
final class Driver {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI edge;

  Driver(URI edge) {
    this.edge = edge;
  }

  /**
   * What came back for a request.
   *
   * @param hops what the services report to have seen; empty if the request failed
   * @param failure why it did, or empty
   */
  record Answer(Sent sent, List<Hop> hops, String failure) {}

  /** Sends the requests, at most {@code concurrency} of them at a time; returns all answers. */
  List<Answer> send(List<Sent> requests, int concurrency) throws InterruptedException {
    List<Callable<Answer>> tasks = new ArrayList<>();
    requests.forEach(sent -> tasks.add(() -> send(sent)));
    ExecutorService browsers = Executors.newFixedThreadPool(concurrency);
    try {
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> answer : browsers.invokeAll(tasks)) {
        answers.add(answer.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a request ended in an exception", e.getCause());
    } finally {
      browsers.shutdown();
    }
  }

  private Answer send(Sent sent) {
    try {
      String body = OrderForm.send(client, sent.toRequest(edge));
      return new Answer(sent, body.lines().map(Hop::parse).toList(), "");
    } catch (IOException e) {
      return new Answer(sent, List.of(), e.toString());
    }
  }
}
