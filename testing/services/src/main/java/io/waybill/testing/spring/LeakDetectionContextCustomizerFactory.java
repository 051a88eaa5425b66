package io.waybill.testing.spring;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Has the starter look at each request where a test asks for none to be left open. */
final class LeakDetectionContextCustomizerFactory implements ContextCustomizerFactory {
  private static final String DETECTION = "waybill.leak-detection";

  LeakDetectionContextCustomizerFactory() {}

  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> configuration) {
    return TestContextAnnotationUtils.hasAnnotation(testClass, NoOpenRequests.class)
        ? new Strict()
        : null;
  }

  /** Equal to any other: contexts of tests are kept by what they are made of. */
  private record Strict() implements ContextCustomizer {
    @Override
    public void customizeContext(
        ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("waybill-testing", Map.of(DETECTION, "strict")));
    }
  }
}
