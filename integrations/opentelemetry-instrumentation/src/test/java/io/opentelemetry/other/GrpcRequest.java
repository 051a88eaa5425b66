package io.opentelemetry.other;

/** Has the name of one that is known, and none of its methods. */
public final class GrpcRequest {}
