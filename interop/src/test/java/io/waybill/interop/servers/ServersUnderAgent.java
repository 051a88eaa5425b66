package io.waybill.interop.servers;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** Five servers in a process without Waybill; each request makes a call, and tells what it took. */
public final class ServersUnderAgent {
  /** Each has a listener that the policy names, at a port that is an argument. */
  public static final List<String> SERVERS = List.of("tomcat", "jetty", "webflux", "jdk", "grpc");

  /** By what the calls are made. */
  public static final List<String> CLIENTS = List.of("jdk", "okhttp", "reactor", "grpc");

  private ServersUnderAgent() {}

  /** Logback without a configuration prints each frame of each connection. */
  public static void beQuiet() {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
  }

  /** Takes the folder of keys, the ports of the two recorders, and one for each server. */
  public static void main(String[] arguments) throws Exception {
    beQuiet();
    Keys keys = new Keys(Path.of(arguments[0]));
    Outgoing outgoing =
        Outgoing.recordedAt(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    Map<String, Integer> own = new HashMap<>();
    for (String server : SERVERS) {
      own.put(server, Integer.parseInt(arguments[3 + own.size()]));
    }
    Listeners listeners = new Listeners(own);
    Containers.tomcat(outgoing, keys, listeners);
    Containers.jetty(outgoing, keys, listeners);
    Servers.webflux(outgoing, keys, listeners);
    Servers.jdk(outgoing, keys, listeners);
    Servers.grpc(outgoing, keys, listeners);
    System.out.println("ports: " + listeners);
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
