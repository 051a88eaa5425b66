package io.waybill.http.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.net.SSLHostConfigCertificate.Type;
import org.jspecify.annotations.Nullable;

/** Tomcat 11, with Servlet 6.1. */
final class EmbeddedTomcat implements RunningContainer {
  /** Fields, since the logging holds them weakly. It tells of each start, and of what is thrown. */
  private static final Logger TOMCAT = Logger.getLogger("org.apache");

  static {
    TOMCAT.setLevel(Level.OFF);
  }

  private final Tomcat tomcat = new Tomcat();
  private final @Nullable Executor virtualThreads;
  private final Context context;
  private final Logger log;

  private int named;

  EmbeddedTomcat(@Nullable Executor virtualThreads) {
    this.virtualThreads = virtualThreads;
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setHostname("127.0.0.1");
    tomcat.setPort(0);
    open(tomcat.getConnector());
    context = tomcat.addContext("/app", null);
    log = Logger.getLogger(context.getLogName());
    log.setLevel(Level.OFF);
    addServlet(new NotFound(), "/");
  }

  private void open(Connector connector) {
    connector.setProperty("address", "127.0.0.1");
    if (virtualThreads != null) {
      connector.getProtocolHandler().setExecutor(virtualThreads);
    }
  }

  @Override
  public void addFilter(Filter filter, Set<DispatcherType> dispatches) {
    FilterDef definition = new FilterDef();
    definition.setFilterName("filter-" + named++);
    definition.setFilter(filter);
    definition.setAsyncSupported("true");
    context.addFilterDef(definition);
    FilterMap map = new FilterMap();
    map.setFilterName(definition.getFilterName());
    map.addURLPattern("/*");
    dispatches.forEach(type -> map.setDispatcher(type.name()));
    context.addFilterMap(map);
  }

  @Override
  public void addServlet(HttpServlet servlet, String path) {
    Wrapper wrapper = context.createWrapper();
    wrapper.setName("servlet-" + named++);
    wrapper.setServlet(servlet);
    context.addChild(wrapper);
    wrapper.setAsyncSupported(true);
    wrapper.addMapping(path);
  }

  @Override
  public void setErrorPage(String path) {
    ErrorPage page = new ErrorPage();
    page.setLocation(path);
    context.addErrorPage(page);
  }

  @Override
  public void setAccessLog(AccessLog log) {
    tomcat.getHost().getPipeline().addValve(new LogValve(log));
  }

  @Override
  public int start() throws Exception {
    tomcat.start();
    return tomcat.getConnector().getLocalPort();
  }

  @Override
  public int startTls(SSLContext tls, int port) throws Exception {
    Connector secure = new Connector();
    secure.setPort(port);
    secure.setSecure(true);
    secure.setScheme("https");
    open(secure);
    AbstractHttp11Protocol<?> protocol = (AbstractHttp11Protocol<?>) secure.getProtocolHandler();
    protocol.setSSLEnabled(true);
    SSLHostConfig host = new SSLHostConfig();
    host.setCertificateVerification("required");
    SSLHostConfigCertificate certificate = new SSLHostConfigCertificate(host, Type.UNDEFINED);
    certificate.setSslContext(new GivenSslContext(tls));
    host.addCertificate(certificate);
    protocol.addSslHostConfig(host);
    tomcat.getService().addConnector(secure);
    return secure.getLocalPort();
  }

  @Override
  public void close() throws Exception {
    tomcat.stop();
    tomcat.destroy();
  }

  /** Stands around the application and its error pages. */
  private static final class LogValve extends ValveBase {
    private final AccessLog log;

    LogValve(AccessLog log) {
      super(true);
      this.log = log;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      getNext().invoke(request, response);
      log.log(request.getAttribute(WaybillFilter.SCOPE_ATTRIBUTE), response.getStatus());
    }
  }

  /** What Jetty has by itself: filters are asked for paths that nobody serves. */
  private static final class NotFound extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }
}
