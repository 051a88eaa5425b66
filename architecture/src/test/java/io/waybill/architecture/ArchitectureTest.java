package io.waybill.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassReader;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.MethodVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The arrows between the modules, and the signs of health that a machine can see. It reads the
 * built main classes of every published module. There are no exemptions: a rule that needs one is
 * discussed, not excused.
 */
class ArchitectureTest {

  /** Fewer means that the import went wrong: a rule over nothing always passes. */
  private static final int LEAST_CLASSES = 200;

  private static final int MOST_LINES = 350;

  /** The published modules: where the sources stand, and the package that is theirs alone. */
  private enum Module {
    LEAKS("testing/leaks", "io.waybill.testing.leaks"),
    TESTING("testing/services", "io.waybill.testing"),
    API("api", "io.waybill"),
    SDK("sdk", "io.waybill.sdk"),
    GRPC("grpc-interceptors", "io.waybill.grpc"),
    HTTP("http-interceptors/shared", "io.waybill.http"),
    HTTP_APACHE("http-interceptors/apache", "io.waybill.http.apache"),
    HTTP_JDK("http-interceptors/jdk-client", "io.waybill.http.jdk"),
    HTTP_JDK_SERVER("http-interceptors/jdk-server", "io.waybill.http.jdkserver"),
    HTTP_OKHTTP("http-interceptors/okhttp", "io.waybill.http.okhttp"),
    HTTP_SERVLET("http-interceptors/servlet", "io.waybill.http.servlet"),
    HTTP_WEBFLUX("http-interceptors/spring-webflux", "io.waybill.http.webflux"),
    SLF4J("integrations/slf4j", "io.waybill.slf4j"),
    LOG4J2("integrations/log4j2", "io.waybill.log4j2"),
    OPENTELEMETRY_LOGS("integrations/opentelemetry-logs", "io.waybill.opentelemetry.logs"),
    OPENTELEMETRY_SPANS("integrations/opentelemetry-spans", "io.waybill.opentelemetry.spans"),
    MICROMETER("integrations/micrometer", "io.waybill.micrometer"),
    CONTEXT_PROPAGATION("integrations/context-propagation", "io.waybill.contextpropagation"),
    // Sets several adapters up, as starters do, and is none.
    OPENTELEMETRY_AUTOCONFIGURE(
        "integrations/opentelemetry-autoconfigure", "io.waybill.opentelemetry.autoconfigure"),
    OPENTELEMETRY_INSTRUMENTATION(
        "integrations/opentelemetry-instrumentation", "io.waybill.opentelemetry.instrumentation"),
    OPENTELEMETRY_AGENT("integrations/opentelemetry-agent", "io.waybill.opentelemetry.agent"),
    SPRING("spring/autoconfigure", "io.waybill.spring");

    private final String folder;
    private final String root;

    Module(String folder, String root) {
      this.folder = folder;
      this.root = root;
    }

    /** The module's packages; by name where another module's stand below them. */
    private List<String> packages() {
      return switch (this) {
        case API -> List.of(root, root + ".concurrent");
        case TESTING -> List.of(root, root + ".spring");
        case HTTP -> List.of(root);
        default -> List.of(root + "..");
      };
    }

    private static String[] packagesOf(Set<Module> modules) {
      return modules.stream().flatMap(module -> module.packages().stream()).toArray(String[]::new);
    }

    private static String[] packagesOfAllBut(Module module, Module... more) {
      return packagesOf(EnumSet.complementOf(EnumSet.of(module, more)));
    }
  }

  private static final Set<Module> ADAPTERS =
      EnumSet.range(Module.GRPC, Module.CONTEXT_PROPAGATION);

  private static JavaClasses main;

  @BeforeAll
  static void importMainClasses() {
    main =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.waybill");
  }

  @Test
  void import_sawEnough() {
    assertThat(main.size()).isGreaterThanOrEqualTo(LEAST_CLASSES);
  }

  @ParameterizedTest
  @EnumSource
  void import_sawModule(Module module) {
    assertThat(main.stream().map(JavaClass::getPackageName))
        .anyMatch(name -> name.equals(module.root) || name.startsWith(module.root + "."));
  }

  /** A package nobody listed would be under no rule. */
  @Test
  void packages_belongToModules() {
    classes()
        .should()
        .resideInAnyPackage(Module.packagesOf(EnumSet.allOf(Module.class)))
        .check(main);
  }

  /** Else api and sdk could not be tested with it. */
  @Test
  void leaks_knowNoOtherModule() {
    noClasses()
        .that()
        .resideInAnyPackage(Module.packagesOf(EnumSet.of(Module.LEAKS)))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(Module.packagesOfAllBut(Module.LEAKS))
        .check(main);
  }

  /** Else an adapter could not inherit its contract. */
  @Test
  void testing_knowsNoAdapter() {
    noClasses()
        .that()
        .resideInAnyPackage(Module.packagesOf(EnumSet.of(Module.TESTING)))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            Module.packagesOfAllBut(Module.TESTING, Module.LEAKS, Module.SDK, Module.API))
        .check(main);
  }

  @Test
  void api_knowsNoOtherModule() {
    noClasses()
        .that()
        .resideInAnyPackage(Module.packagesOf(EnumSet.of(Module.API)))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(Module.packagesOfAllBut(Module.API))
        .check(main);
  }

  @Test
  void sdk_knowsNoAdapter() {
    noClasses()
        .that()
        .resideInAnyPackage(Module.packagesOf(EnumSet.of(Module.SDK)))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(Module.packagesOfAllBut(Module.SDK, Module.API))
        .check(main);
  }

  @Test
  void adapters_knowNoOtherAdapter() {
    for (Module adapter : ADAPTERS) {
      noClasses()
          .that()
          .resideInAnyPackage(Module.packagesOf(EnumSet.of(adapter)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(hiddenFrom(adapter))
          .check(main);
    }
  }

  /** Returns what {@code adapter} may not see; those of HTTP libraries share one module. */
  private static String[] hiddenFrom(Module adapter) {
    return adapter.root.startsWith(Module.HTTP.root)
        ? Module.packagesOfAllBut(adapter, Module.HTTP, Module.SDK, Module.API)
        : Module.packagesOfAllBut(adapter, Module.SDK, Module.API);
  }

  @Test
  void internal_isForSdkAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.waybill.sdk..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.waybill..internal..")
        .check(main);
  }

  /** What others keep for themselves may change; of YAML OpenTelemetry has no other SPI. */
  @Test
  void internals_ofOthers_areForTheirYamlAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.waybill.sdk..", Module.OPENTELEMETRY_AUTOCONFIGURE.root + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..internal..")
        .check(main);
  }

  /** The rooms of sdk, from the front inwards: each sees those below it, and none above. */
  @Test
  void sdk_arrowsRunOneWay() {
    List<String> rooms =
        List.of(
            "io.waybill.sdk",
            "io.waybill.sdk.credential",
            "io.waybill.sdk.internal.configuration",
            "io.waybill.sdk.internal.scope",
            "io.waybill.sdk.internal.telemetry",
            "io.waybill.sdk.internal.policy",
            "io.waybill.sdk.internal.wire",
            "io.waybill.sdk.policy");
    for (int room = 1; room < rooms.size(); room++) {
      noClasses()
          .that()
          .resideInAPackage(rooms.get(room))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(rooms.subList(0, room).toArray(String[]::new))
          .check(main);
    }
    assertThat(
            main.stream()
                .map(JavaClass::getPackageName)
                .filter(ArchitectureTest::isOfSdk)
                .distinct())
        .containsExactlyInAnyOrderElementsOf(rooms);
  }

  /** A flat package hides them. A class and its builder are one. */
  @Test
  void sdk_classesHaveNoCircles() {
    slices().assignedFrom(eachClassOfSdk()).should().beFreeOfCycles().check(main);
  }

  @ParameterizedTest
  @CsvSource({
    "API, 11",
    // One for each noun of its front, and InstrumentedCalls, for instrumentation that is not ours.
    "SDK, 30",
    "GRPC, 1",
    "HTTP_APACHE, 1",
    "HTTP_JDK, 1",
    "HTTP_JDK_SERVER, 1",
    "HTTP_OKHTTP, 1",
    "HTTP_SERVLET, 1",
    "HTTP_WEBFLUX, 1",
    // Its entry, and what OpenTelemetry's instrumentation makes by ServiceLoader.
    "OPENTELEMETRY_INSTRUMENTATION, 2"
  })
  void publicTypes_areFew(Module module, int most) {
    assertThat(main.stream().filter(type -> isPublicType(module, type)).map(JavaClass::getName))
        .hasSizeBetween(1, most);
  }

  /** What an application writes is at the front; Boot wants its configurations public. */
  @Test
  void spring_showsItsFrontAlone() {
    assertThat(
            main.stream()
                .filter(type -> isPublicType(Module.SPRING, type))
                .filter(type -> !type.getSimpleName().endsWith("AutoConfiguration"))
                .map(JavaClass::getName))
        .hasSizeBetween(1, 10);
  }

  /** The front knows none of the packages below it, and they do not know each other. */
  @Test
  void spring_arrowsRunToTheFront() {
    slices().matching("io.waybill.spring.(*)..").should().notDependOnEachOther().check(main);
    noClasses()
        .that()
        .resideInAPackage("io.waybill.spring")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.waybill.spring.(*)..")
        .check(main);
  }

  private static boolean isPublicType(Module module, JavaClass type) {
    boolean isHere =
        type.getPackageName().equals(module.root)
            || (module != Module.HTTP && type.getPackageName().startsWith(module.root + "."));
    boolean isOthers = module == Module.API && !module.packages().contains(type.getPackageName());
    return isHere
        && !isOthers
        && type.isTopLevelClass()
        && type.getModifiers().contains(JavaModifier.PUBLIC)
        && !type.getPackageName().contains(".internal");
  }

  /** The parser is bytes and text: it can be fuzzed, measured and trusted alone. */
  @Test
  void wire_knowsTextOnly() {
    DescribedPredicate<JavaClass> restOfSdk =
        JavaClass.Predicates.resideInAPackage("io.waybill.sdk..")
            .and(JavaClass.Predicates.resideOutsideOfPackage("io.waybill.sdk.internal.wire.."))
            .as("rest of the SDK");
    noClasses()
        .that()
        .resideInAPackage("io.waybill.sdk.internal.wire..")
        .should()
        .dependOnClassesThat(
            restOfSdk.or(
                JavaClass.Predicates.resideInAnyPackage(
                    "io.opentelemetry..", "java.util.logging..")))
        .check(main);
  }

  /** Decisions are tables: what is asked comes as arguments, never from a Context. */
  @Test
  void policy_knowsNoContext() {
    noClasses()
        .that()
        .resideInAnyPackage("io.waybill.sdk.policy..", "io.waybill.sdk.internal.policy..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.opentelemetry.context..", "java.util.logging..")
        .check(main);
  }

  @Test
  void packages_haveNoCycles() {
    slices().assignedFrom(eachPackage()).should().beFreeOfCycles().check(main);
  }

  @Test
  void packages_areNullMarked() {
    assertThat(main.stream().map(JavaClass::getPackageName).distinct())
        .allMatch(
            name -> main.getPackage(name).isAnnotatedWith("org.jspecify.annotations.NullMarked"));
  }

  /** A monitor pins a virtual thread to its carrier on the JDKs before 24. */
  @Test
  void methods_areNotSynchronized() {
    methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED).check(main);
  }

  @Test
  void methods_enterNoMonitor() {
    classes().should(haveNoSynchronizedBlocks()).check(main);
  }

  @Test
  void classes_haveTellingNames() {
    noClasses()
        .should()
        .haveNameMatching(".*(Impl|Utils?|Helper|Manager)(\\$.*)?")
        .orShould()
        .haveNameMatching(".*[.$]Default[A-Z][^.]*")
        .check(main);
  }

  @ParameterizedTest
  @EnumSource
  void files_areShort(Module module) throws IOException {
    List<Path> files = javaFiles(Project.root().resolve(module.folder).resolve("src/main/java"));

    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(Files.readAllLines(file))
          .as("lines of %s", file)
          .hasSizeLessThanOrEqualTo(MOST_LINES);
    }
  }

  private static SliceAssignment eachClassOfSdk() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
        if (!isOfSdk(javaClass.getPackageName())) {
          return SliceIdentifier.ignore();
        }
        String outermost = javaClass.getName().replaceFirst("\\$.*", "");
        return SliceIdentifier.of(outermost.replaceFirst("Builder$", ""));
      }

      @Override
      public String getDescription() {
        return "each class of sdk, with its builder";
      }
    };
  }

  private static SliceAssignment eachPackage() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
        return SliceIdentifier.of(javaClass.getPackageName());
      }

      @Override
      public String getDescription() {
        return "each package";
      }
    };
  }

  private static boolean isOfSdk(String packageName) {
    return packageName.equals("io.waybill.sdk") || packageName.startsWith("io.waybill.sdk.");
  }

  private static ArchCondition<JavaClass> haveNoSynchronizedBlocks() {
    return new ArchCondition<>("have no synchronized blocks") {
      @Override
      public void check(JavaClass javaClass, ConditionEvents events) {
        for (String method : methodsWithMonitors(javaClass)) {
          String message = javaClass.getName() + "." + method + " enters a monitor";
          events.add(SimpleConditionEvent.violated(javaClass, message));
        }
      }
    };
  }

  /** ArchUnit does not keep byte code, so the class is read a second time, by ArchUnit's ASM. */
  private static List<String> methodsWithMonitors(JavaClass javaClass) {
    List<String> found = new ArrayList<>();
    try (InputStream in = javaClass.getSource().orElseThrow().getUri().toURL().openStream()) {
      new ClassReader(in)
          .accept(monitorFinder(found), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static ClassVisitor monitorFinder(List<String> found) {
    return new ClassVisitor(Opcodes.ASM9) {
      @Override
      public MethodVisitor visitMethod(
          int access, String name, String descriptor, String signature, String[] exceptions) {
        return new MethodVisitor(Opcodes.ASM9) {
          @Override
          public void visitInsn(int opcode) {
            if (opcode == Opcodes.MONITORENTER) {
              found.add(name);
            }
          }
        };
      }
    };
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(path -> path.toString().endsWith(".java")).toList();
    }
  }
}
