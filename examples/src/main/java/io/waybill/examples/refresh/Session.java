package io.waybill.examples.refresh;

/** What a log-in gives: a token for calls, and one to get new ones by, good for once. */
record Session(String access, String refresh) {
  /** Returns no token. */
  @Override
  public String toString() {
    return "Session[...]";
  }
}
