package io.waybill.http.webflux;

/** Whether a library that we stand beside is on the class path: the application may have others. */
final class Neighbour {
  private Neighbour() {}

  static boolean isThere(String type) {
    try {
      Class.forName(type, false, Neighbour.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError without) {
      return false;
    }
  }
}
