package io.waybill.examples.conformance;

import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.Waybill;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.util.Map;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** A Tomcat on loopback. */
final class TomcatServer implements WebServer {
  /** As many as the JDK's server takes. */
  private static final int MOST_HEADER_LINES = 200;

  private final Tomcat tomcat;

  private TomcatServer(Tomcat tomcat) {
    this.tomcat = tomcat;
  }

  static WebServer start(int port, Waybill waybill, Map<String, Endpoint> endpoints)
      throws IOException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setSilent(true);
    tomcat.setConnector(connector(port));
    StandardContext context = (StandardContext) tomcat.addContext("", null);
    // No application goes while the JVM stays, so nothing of one has to be looked for.
    context.setClearReferencesRmiTargets(false);
    context.setClearReferencesThreadLocals(false);
    addFilter(context, waybill);
    endpoints.forEach(
        (path, endpoint) ->
            Tomcat.addServlet(context, path, new EndpointServlet(endpoint)).addMapping(path));
    WebServer server = new TomcatServer(tomcat);
    try {
      tomcat.start();
    } catch (LifecycleException failed) {
      server.close();
      throw new IOException("Tomcat does not start", failed);
    }
    return server;
  }

  private static Connector connector(int port) {
    Connector connector = new Connector();
    connector.setThrowOnFailure(true);
    connector.setPort(port);
    connector.setProperty("address", Loopback.HOST);
    connector.setProperty("acceptCount", String.valueOf(Loopback.BACKLOG));
    connector.setProperty("maxThreads", String.valueOf(Loopback.MOST_THREADS));
    connector.setProperty("maxHttpHeaderSize", String.valueOf(Loopback.MOST_HEADER_BYTES));
    connector.setProperty("maxHeaderCount", String.valueOf(MOST_HEADER_LINES));
    return connector;
  }

  private static void addFilter(Context context, Waybill waybill) {
    FilterDef definition = new FilterDef();
    definition.setFilterName("waybill");
    definition.setFilter(WaybillFilter.of(waybill));
    context.addFilterDef(definition);
    FilterMap map = new FilterMap();
    map.setFilterName(definition.getFilterName());
    map.addURLPattern("/*");
    for (DispatcherType type : DispatcherType.values()) {
      map.setDispatcher(type.name());
    }
    context.addFilterMap(map);
  }

  @Override
  public int port() {
    return tomcat.getConnector().getLocalPort();
  }

  @Override
  public void close() {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException failed) {
      throw new IllegalStateException("Tomcat does not stop", failed);
    }
  }
}
