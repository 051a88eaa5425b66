package io.waybill.spring.client;

import io.grpc.ChannelCredentials;
import io.grpc.ChoiceChannelCredentials;
import io.grpc.CompositeChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.grpc.client.ChannelCredentialsProvider;

/** Whether a channel is encrypted, by the credentials that it is made with. */
final class ChannelSecurity {
  private static final Log LOG = LogFactory.getLog(ChannelSecurity.class);

  private final ObjectProvider<ChannelCredentialsProvider> providers;
  private final boolean areFactoriesCustomized;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /**
   * Creates one.
   *
   * @param areFactoriesCustomized whether a factory may have been given other credentials, which it
   *     does not tell
   */
  ChannelSecurity(
      ObjectProvider<ChannelCredentialsProvider> providers, boolean areFactoriesCustomized) {
    this.providers = providers;
    this.areFactoriesCustomized = areFactoriesCustomized;
  }

  /** Returns whether the channel of {@code target} is; false where nobody says. */
  boolean isEncrypted(String target, ManagedChannelBuilder<?> builder) {
    ChannelCredentialsProvider provider = providers.getIfUnique();
    // Within the process there is no connection, whatever the credentials are.
    boolean isInProcess = builder.getClass().getName().startsWith("io.grpc.inprocess.");
    return provider != null
        && !isInProcess
        && isTls(target, provider.getChannelCredentials(target));
  }

  private boolean isTls(String target, ChannelCredentials credentials) {
    if (areFactoriesCustomized && !(credentials instanceof InsecureChannelCredentials)) {
      warn(target, "a GrpcChannelFactoryCustomizer may have set others than the bean's");
      return false;
    }
    if (credentials instanceof TlsChannelCredentials) {
      return true;
    }
    if (credentials instanceof CompositeChannelCredentials composite) {
      return isTls(target, composite.getChannelCredentials());
    }
    if (credentials instanceof ChoiceChannelCredentials choice) {
      return choice.getCredentialsList().stream().allMatch(one -> isTls(target, one));
    }
    if (!(credentials instanceof InsecureChannelCredentials)) {
      String type = credentials.getClass().getName();
      warn(target, "of " + type + ", of which is not known whether they encrypt");
    }
    return false;
  }

  private void warn(String target, String why) {
    if (warned.add(target)) {
      LOG.warn(
          "gRPC channel "
              + target
              + ": credentials "
              + why
              + "; it counts as plaintext, grpc:// (expected: TlsChannelCredentials of the bean"
              + " ChannelCredentialsProvider alone, or WaybillGrpc.client(waybill, destination) as"
              + " an interceptor of the channel)");
    }
  }
}
