package io.waybill.http.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** A container on 127.0.0.1 with one application at {@code /app}. */
interface RunningContainer extends AutoCloseable {

  /** What a container tells its log of a request that it has answered. */
  interface AccessLog {
    /**
     * @param scope the attribute of the request that holds its scope
     */
    void log(Object scope, int status);
  }

  void addFilter(Filter filter, Set<DispatcherType> dispatches);

  void addServlet(HttpServlet servlet, String path);

  void setErrorPage(String path);

  void setAccessLog(AccessLog log);

  /** Starts it, and returns its port. */
  int start() throws Exception;

  /** Starts a second port, for mutual TLS, and returns its number. */
  int startTls(SSLContext tls, int port) throws Exception;
}
