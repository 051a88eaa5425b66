package io.waybill.examples.beside;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A service of ours, open to everybody. */
final class Service implements AutoCloseable {
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);

  Service(Library library) throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    EnumSet<DispatcherType> requests = EnumSet.of(DispatcherType.REQUEST);
    context.addFilter(new FilterHolder(library.filter()), "/*", requests);
    context.addServlet(new ServletHolder(new Handler(library)), "/*");
    server.setHandler(context);
    server.start();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + connector.getLocalPort() + path);
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }

  private static final class Handler extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final String VALUE = "/value/";

    private final transient Library library;

    Handler(Library library) {
      this.library = library;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      String path = request.getRequestURI();
      if (path.startsWith(VALUE)) {
        String value = library.value(path.substring(VALUE.length()));
        response.getWriter().print(value == null ? "nothing" : value);
      } else {
        call(URI.create(request.getParameter("to")));
      }
    }

    private void call(URI uri) throws ServletException {
      try {
        library.asBen(() -> library.get(uri));
      } catch (Exception failed) {
        throw new ServletException(failed);
      }
    }
  }
}
