package io.waybill.http.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.util.EnumSet;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** Servlet containers on 127.0.0.1, each with one servlet at {@code /contract}. */
enum Container {
  JETTY_OF_SERVLET_6_1 {
    @Override
    Running start(@Nullable Filter filter, HttpServlet page) throws Exception {
      Server server = new Server();
      ServerConnector connector = new ServerConnector(server);
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      var context = new org.eclipse.jetty.ee11.servlet.ServletContextHandler("/");
      if (filter != null) {
        var holder = new org.eclipse.jetty.ee11.servlet.FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, "/*", EnumSet.allOf(DispatcherType.class));
      }
      var servlet = new org.eclipse.jetty.ee11.servlet.ServletHolder(page);
      servlet.setAsyncSupported(true);
      context.addServlet(servlet, "/contract");
      server.setHandler(context);
      server.start();
      return new Running(connector.getLocalPort(), server::stop);
    }
  },
  JETTY_OF_SERVLET_6_0 {
    @Override
    Running start(@Nullable Filter filter, HttpServlet page) throws Exception {
      Server server = new Server();
      ServerConnector connector = new ServerConnector(server);
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      var context = new org.eclipse.jetty.ee10.servlet.ServletContextHandler("/");
      if (filter != null) {
        var holder = new org.eclipse.jetty.ee10.servlet.FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, "/*", EnumSet.allOf(DispatcherType.class));
      }
      var servlet = new org.eclipse.jetty.ee10.servlet.ServletHolder(page);
      servlet.setAsyncSupported(true);
      context.addServlet(servlet, "/contract");
      server.setHandler(context);
      server.start();
      return new Running(connector.getLocalPort(), server::stop);
    }
  },
  TOMCAT {
    @Override
    Running start(@Nullable Filter filter, HttpServlet page) throws Exception {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
      tomcat.setHostname("127.0.0.1");
      tomcat.setPort(0);
      tomcat.getConnector().setProperty("address", "127.0.0.1");
      Context context = tomcat.addContext("", null);
      if (filter != null) {
        addFilter(context, filter);
      }
      Wrapper servlet = Tomcat.addServlet(context, "page", page);
      servlet.setAsyncSupported(true);
      servlet.addMapping("/contract");
      tomcat.start();
      return new Running(
          tomcat.getConnector().getLocalPort(),
          () -> {
            tomcat.stop();
            tomcat.destroy();
          });
    }
  };

  private static void addFilter(Context context, Filter filter) {
    FilterDef definition = new FilterDef();
    definition.setFilterName("waybill");
    definition.setFilter(filter);
    definition.setAsyncSupported("true");
    context.addFilterDef(definition);
    FilterMap map = new FilterMap();
    map.setFilterName(definition.getFilterName());
    map.addURLPattern("/*");
    for (DispatcherType type : DispatcherType.values()) {
      map.setDispatcher(type.name());
    }
    context.addFilterMap(map);
  }

  /** A container that serves. */
  record Running(int port, AutoCloseable stop) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      stop.close();
    }
  }

  /** Starts it, with {@code filter} in front of everything if there is one. */
  abstract Running start(@Nullable Filter filter, HttpServlet page) throws Exception;
}
