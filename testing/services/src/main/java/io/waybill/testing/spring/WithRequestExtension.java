package io.waybill.testing.spring;

import io.waybill.BaggageField;
import io.waybill.sdk.RequestBuilder;
import io.waybill.sdk.Waybill;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** Calls a test method in a request; JUnit makes it. */
final class WithRequestExtension implements InvocationInterceptor {
  WithRequestExtension() {}

  @Override
  public void interceptTestMethod(
      Invocation<Void> test, ReflectiveInvocationContext<Method> called, ExtensionContext context)
      throws Throwable {
    inRequest(test, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> test, ReflectiveInvocationContext<Method> called, ExtensionContext context)
      throws Throwable {
    inRequest(test, context);
  }

  private static void inRequest(Invocation<Void> test, ExtensionContext context) throws Throwable {
    Waybill waybill = SpringExtension.getApplicationContext(context).getBean(Waybill.class);
    RequestBuilder request = waybill.request();
    for (String text : nearest(context)) {
      request = with(waybill, request, text);
    }
    request.call(test::proceed);
  }

  /** What a method says wins over what its class says. */
  private static String[] nearest(ExtensionContext context) {
    Optional<WithRequest> ofMethod =
        AnnotationSupport.findAnnotation(context.getElement(), WithRequest.class);
    return ofMethod
        .or(
            () ->
                AnnotationSupport.findAnnotation(
                    context.getRequiredTestClass(),
                    WithRequest.class,
                    context.getEnclosingTestClasses()))
        .map(WithRequest::value)
        .orElse(new String[0]);
  }

  private static RequestBuilder with(Waybill waybill, RequestBuilder request, String text) {
    int end = text.indexOf('=');
    String name = end < 0 ? text : text.substring(0, end);
    if (end < 0) {
      throw new IllegalArgumentException(
          "@WithRequest: \"" + name + "\" (expected: a name, \"=\" and the text of a value)");
    }
    for (BaggageField<?> field : waybill.fields().keySet()) {
      if (field.name().equals(name)) {
        return with(request, field, text.substring(end + 1));
      }
    }
    throw new IllegalArgumentException(
        "@WithRequest: \""
            + name
            + "\" (expected: a field that is declared, one of "
            + waybill.fields().keySet().stream()
                .map(BaggageField::name)
                .sorted()
                .collect(Collectors.joining(", "))
            + ")");
  }

  private static <T> RequestBuilder with(RequestBuilder to, BaggageField<T> field, String text) {
    T value = field.codec().decode(text);
    if (value == null) {
      throw new IllegalArgumentException(
          "@WithRequest: "
              + field.name()
              + " has a text that its codec refuses (expected: "
              + field.codec().expected()
              + ")");
    }
    return to.with(field, value);
  }
}
