package io.waybill.leftopen;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Servlet containers, each with one servlet for all that it gets. */
enum Container {
  JETTY {
    @Override
    Running start(ExecutorService threads, String filtered, List<Filter> filters, HttpServlet page)
        throws Exception {
      Server server = new Server();
      ServerConnector connector =
          new ServerConnector(server, threads, null, null, 1, 1, new HttpConnectionFactory());
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      ServletContextHandler context = new ServletContextHandler("/");
      for (Filter filter : filters) {
        FilterHolder holder = new FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, filtered, EnumSet.allOf(DispatcherType.class));
      }
      ServletHolder servlet = new ServletHolder(page);
      servlet.setAsyncSupported(true);
      context.addServlet(servlet, "/*");
      server.setHandler(context);
      server.start();
      return new Running(connector.getLocalPort(), server::stop);
    }
  },
  TOMCAT {
    @Override
    Running start(ExecutorService threads, String filtered, List<Filter> filters, HttpServlet page)
        throws Exception {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
      tomcat.setHostname("127.0.0.1");
      tomcat.setPort(0);
      tomcat.getConnector().setProperty("address", "127.0.0.1");
      tomcat.getConnector().getProtocolHandler().setExecutor(threads);
      Context context = tomcat.addContext("", null);
      for (Filter filter : filters) {
        addFilter(context, filtered, filter);
      }
      Wrapper servlet = Tomcat.addServlet(context, "page", page);
      servlet.setAsyncSupported(true);
      servlet.addMapping("/*");
      tomcat.start();
      return new Running(
          tomcat.getConnector().getLocalPort(),
          () -> {
            tomcat.stop();
            tomcat.destroy();
          });
    }

    private void addFilter(Context context, String filtered, Filter filter) {
      FilterDef definition = new FilterDef();
      definition.setFilterName("filter " + System.identityHashCode(filter));
      definition.setFilter(filter);
      definition.setAsyncSupported("true");
      context.addFilterDef(definition);
      FilterMap map = new FilterMap();
      map.setFilterName(definition.getFilterName());
      map.addURLPattern(filtered);
      for (DispatcherType type : DispatcherType.values()) {
        map.setDispatcher(type.name());
      }
      context.addFilterMap(map);
    }
  };

  /** A container that serves, on 127.0.0.1. */
  record Running(int port, AutoCloseable stop) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      stop.close();
    }
  }

  /**
   * Starts it.
   *
   * @param threads that it serves on
   * @param filtered the paths that the filters are for, as {@code "/in/*"}
   * @param filters the outermost first
   */
  abstract Running start(
      ExecutorService threads, String filtered, List<Filter> filters, HttpServlet page)
      throws Exception;
}
