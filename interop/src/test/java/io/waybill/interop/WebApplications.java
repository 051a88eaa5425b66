package io.waybill.interop;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.DirResourceSet;
import org.apache.catalina.webresources.JarResourceSet;
import org.apache.catalina.webresources.StandardRoot;

/**
 * A container with two web applications, each with Waybill and OpenTelemetry's API in a class
 * loader of its own. Says what each of them has seen as lines of {@code name: what was seen}.
 */
final class WebApplications {
  private WebApplications() {}

  /** Arguments: the class path of each application. */
  public static void main(String[] arguments) throws Exception {
    HttpServer own = recorder();
    HttpServer third = recorder();
    System.setProperty("own", "http://127.0.0.1:" + own.getAddress().getPort());
    System.setProperty("third", "http://127.0.0.1:" + third.getAddress().getPort());
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
    tomcat.setPort(0);
    for (String name : List.of("believing", "doubting")) {
      deploy(tomcat, name, arguments[0]);
    }
    tomcat.start();
    int port = tomcat.getConnector().getLocalPort();
    for (String name : List.of("believing", "doubting")) {
      System.out.println(name + ": " + answer(port, "/" + name + "/shop"));
      System.out.println(name + " afterwards: " + answer(port, "/" + name + "/health"));
    }
    System.out.println("done");
    tomcat.stop();
    own.stop(0);
    third.stop(0);
  }

  private static void deploy(Tomcat tomcat, String name, String classPath) {
    Context context = tomcat.addContext("/" + name, null);
    StandardRoot files = new StandardRoot(context);
    String classes = "/WEB-INF/classes";
    for (String entry : classPath.split(File.pathSeparator)) {
      files.addPreResources(
          Files.isDirectory(Path.of(entry))
              ? new DirResourceSet(files, classes, entry, "/")
              : new JarResourceSet(files, classes, entry, "/"));
    }
    context.setResources(files);
    Tomcat.addServlet(context, "shop", "io.waybill.interop.WebApplication").setLoadOnStartup(1);
    context.addServletMapping("/*", "shop", false);
  }

  private static HttpServer recorder() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/moved")) {
            exchange.getResponseHeaders().set("Location", "/");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
            return;
          }
          String baggage =
              exchange.getRequestHeaders().getOrDefault("Baggage", List.of()).toString();
          byte[] body = baggage.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  /** Asks as a stranger who says that he is {@code u-1}, by a socket that nobody instruments. */
  private static String answer(int port, String path) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          "GET "
              + path
              + " HTTP/1.1\r\nHost: shop\r\nbaggage: user.id=u-1\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.lines().filter(line -> line.startsWith("seen ")).findFirst().orElse(answer);
    }
  }
}
