package io.waybill.testing;

import io.waybill.sdk.policy.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * One side of mutual TLS: a key that lives as long as the test, and a certificate with names.
 *
 * <pre>{@code
 * static final TestPeer ORDERS = TestPeer.named("dns:orders.internal", "ip:127.0.0.1");
 *
 * rules.zone(ORDERS.peer());                                           // a unit test of who is trusted
 * TlsServerCredentials.newBuilder()                                    // a gRPC server that wants it
 *     .keyManager(server.keyManagers()).trustManager(ORDERS.trustManagers())...
 * HttpClient.newBuilder().sslContext(ORDERS.sslContext(server))...     // a client that is it
 * }</pre>
 *
 * <p>Each takes the start of a JVM, since the JDK makes certificates by {@code keytool} only: keep
 * it in a constant.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class TestPeer {
  private static final String ALIAS = "peer";
  private static final String PASSWORD = "changeit";

  private final KeyStore keys;

  private TestPeer(KeyStore keys) {
    this.keys = keys;
  }

  /**
   * Makes a peer.
   *
   * @param names the subject alternative names of its certificate, as {@code keytool} writes them:
   *     {@code dns:orders.internal}, {@code uri:spiffe://shop/orders}, {@code ip:127.0.0.1}. One
   *     {@code cn:..} is its common name, which nobody should believe
   * @throws UncheckedIOException if {@code keytool} refuses, saying why
   */
  public static TestPeer named(String... names) {
    return made(List.of(), names);
  }

  /**
   * Makes a peer whose certificate has expired: a transport that was told to trust just this one
   * takes it all the same.
   *
   * @param names as of {@link #named}
   * @throws UncheckedIOException if {@code keytool} refuses, saying why
   */
  public static TestPeer expired(String... names) {
    return made(List.of("-startdate", "-2d", "-validity", "1"), names);
  }

  /**
   * Makes a peer whose certificate is valid now and expires soon, for a connection that outlives
   * it.
   *
   * @param life how long from now, in whole seconds and less than a day
   * @param names as of {@link #named}
   * @throws UncheckedIOException if {@code keytool} refuses, saying why
   */
  public static TestPeer expiringIn(Duration life, String... names) {
    long begun = Duration.ofDays(1).minus(life).toSeconds();
    return made(List.of("-startdate", "-" + begun + "S", "-validity", "1"), names);
  }

  private static TestPeer made(List<String> validity, String... names) {
    try {
      Path folder = Files.createTempDirectory("test-peer");
      Path store = folder.resolve("peer.p12");
      try {
        generate(store, validity, names);
        return new TestPeer(load(store));
      } finally {
        Files.deleteIfExists(store);
        Files.delete(folder);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Returns the peer that a transport sees which has verified this certificate. */
  public Peer peer() {
    return Peer.of(new Certificate[] {certificate()}, null, null);
  }

  /** Returns what presents this certificate. */
  public KeyManager[] keyManagers() {
    try {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, PASSWORD.toCharArray());
      return factory.getKeyManagers();
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Returns what believes this certificate, and no other. */
  public TrustManager[] trustManagers() {
    return trusting(this);
  }

  /** Returns what believes the certificates of {@code peers}, and no others. */
  public static TrustManager[] trusting(TestPeer... peers) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (int i = 0; i < peers.length; i++) {
        trusted.setCertificateEntry(ALIAS + i, peers[i].certificate());
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /**
   * Returns TLS that presents this certificate and believes those of {@code trusted}; its own, if
   * there are none.
   */
  public SSLContext sslContext(TestPeer... trusted) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TestPeer[] believed = trusted.length == 0 ? new TestPeer[] {this} : trusted;
      context.init(keyManagers(), trusting(believed), null);
      return context;
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private Certificate certificate() {
    try {
      return keys.getCertificate(ALIAS);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static void generate(Path store, List<String> validity, String... names)
      throws IOException {
    List<String> alternative = new ArrayList<>(List.of(names));
    String common = "cn:test";
    for (String name : names) {
      if (name.startsWith("cn:")) {
        alternative.remove(name);
        common = name;
      }
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", ALIAS, "-keyalg", "EC"));
    command.addAll(List.of("-dname", "CN=" + common.substring(3)));
    command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
    command.addAll(List.of("-storepass", PASSWORD));
    command.addAll(validity);
    if (!alternative.isEmpty()) {
      command.addAll(List.of("-ext", "san=" + String.join(",", alternative)));
    }
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), Charset.defaultCharset());
    try {
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IOException("keytool: " + said);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  private static KeyStore load(Path store) throws IOException {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore loaded = KeyStore.getInstance("PKCS12");
      loaded.load(in, PASSWORD.toCharArray());
      return loaded;
    } catch (GeneralSecurityException broken) {
      throw new IOException(broken);
    }
  }
}
