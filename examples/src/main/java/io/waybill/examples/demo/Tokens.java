package io.waybill.examples.demo;

/**
 * The tokens of a session.
 *
 * @param session its id
 * @param access what calls are made with, for a short time
 * @param refresh what new ones are got by, good for once
 */
record Tokens(String session, String access, String refresh) {
  /** Returns no token. */
  @Override
  public String toString() {
    return "Tokens[...]";
  }
}
