package io.waybill.grpc;

import io.grpc.MethodDescriptor;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;

/** The four kinds of calls. */
public enum Kind {
  UNARY(HopGrpc.getUnaryMethod(), 1),
  SERVER_STREAM(HopGrpc.getServerStreamMethod(), 1),
  CLIENT_STREAM(HopGrpc.getClientStreamMethod(), 2),
  BIDI(HopGrpc.getBidiMethod(), 2);

  final MethodDescriptor<Note, Note> method;
  final int requests;

  Kind(MethodDescriptor<Note, Note> method, int requests) {
    this.method = method;
    this.requests = requests;
  }
}
