package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.waybill.grpc.test.Note;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One call below the stubs, as the contracts see calls: headers out, a future back. */
final class ContractCall extends ClientCall.Listener<Note> {
  private final Consumer<String> callback;
  private final Metadata received = new Metadata();
  private final StringBuilder text = new StringBuilder();
  private final Answer answer = new Answer();

  /** What came back. */
  record Answered(Status status, String text, Metadata metadata) {}

  /** Cancelling it cancels the call. */
  static final class Answer extends CompletableFuture<Answered> {
    private ClientCall<Note, Note> call;

    @Override
    public boolean cancel(boolean interrupt) {
      boolean cancelled = super.cancel(interrupt);
      call.cancel("cancelled by the contract", null);
      return cancelled;
    }
  }

  private ContractCall(Consumer<String> callback) {
    this.callback = callback;
  }

  static Answer start(
      Channel channel, Kind kind, Map<String, String> headers, Consumer<String> callback) {
    ContractCall listener = new ContractCall(callback);
    ClientCall<Note, Note> call = channel.newCall(kind.method, CallOptions.DEFAULT);
    listener.answer.call = call;
    call.start(listener, metadata(headers));
    call.request(Integer.MAX_VALUE);
    for (int i = 0; i < kind.requests; i++) {
      call.sendMessage(note(""));
    }
    call.halfClose();
    return listener.answer;
  }

  static Metadata metadata(Map<String, String> headers) {
    Metadata metadata = new Metadata();
    headers.forEach((name, line) -> metadata.put(Hops.key(name), line));
    return metadata;
  }

  /** Returns all lines of each name that holds text. */
  static Map<String, List<String>> lines(Metadata metadata) {
    Map<String, List<String>> lines = new HashMap<>();
    for (String name : metadata.keys()) {
      if (!name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        List<String> all = new ArrayList<>();
        metadata.getAll(Hops.key(name)).forEach(all::add);
        lines.put(name.toLowerCase(Locale.ROOT), all);
      }
    }
    return lines;
  }

  @Override
  public void onReady() {
    callback.accept("onReady");
  }

  @Override
  public void onHeaders(Metadata headers) {
    callback.accept("onHeaders");
    received.merge(headers);
  }

  @Override
  public void onMessage(Note message) {
    callback.accept("onMessage");
    text.append(message.getText());
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    callback.accept("onClose");
    received.merge(trailers);
    answer.complete(new Answered(status, text.toString(), received));
  }
}
