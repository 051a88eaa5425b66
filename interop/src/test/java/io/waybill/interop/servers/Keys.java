package io.waybill.interop.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates in a folder, for this process and another: of the servers, and of two clients. */
public record Keys(Path folder) {
  public static final String SERVER = "server";

  /** One that the policy names. */
  public static final String ORDERS = "orders";

  /** One that the servers take, and no policy names. */
  public static final String OTHER = "other";

  private static final String PASSWORD = "changeit";

  public static Keys makeIn(Path folder) throws Exception {
    Keys keys = new Keys(folder);
    keys.make(SERVER, "ip:127.0.0.1");
    keys.make(ORDERS, "dns:orders.internal");
    keys.make(OTHER, "dns:other.internal");
    return keys;
  }

  private void make(String who, String name) throws Exception {
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    who,
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=test",
                    "-ext",
                    "san=" + name,
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD,
                    "-keystore",
                    file(who).toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), Charset.defaultCharset());
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }

  private Path file(String who) {
    return folder.resolve(who + ".p12");
  }

  private KeyStore store(String who) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file(who))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  /** Returns what shows the certificate of {@code who}. */
  public KeyManager[] shown(String who) throws GeneralSecurityException, IOException {
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store(who), PASSWORD.toCharArray());
    return factory.getKeyManagers();
  }

  /** Returns what takes the certificates of {@code peers}. */
  public TrustManager[] taken(String... peers) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (String peer : peers) {
      trusted.setCertificateEntry(peer, store(peer).getCertificate(peer));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  /** Returns TLS of the servers, which take both clients. */
  public SSLContext server() throws GeneralSecurityException, IOException {
    return context(shown(SERVER), taken(ORDERS, OTHER));
  }

  /**
   * Returns TLS of a client.
   *
   * @param who empty for one that shows no certificate
   */
  public SSLContext client(String who) throws GeneralSecurityException, IOException {
    return context(who.isEmpty() ? new KeyManager[0] : shown(who), taken(SERVER));
  }

  private static SSLContext context(KeyManager[] shown, TrustManager[] taken)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown, taken, null);
    return context;
  }
}
