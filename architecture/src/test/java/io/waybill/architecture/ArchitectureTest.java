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
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The arrows between the modules, and the signs of health that a machine can see. It reads the
 * built main classes of every published module. There are no exemptions: a rule that needs one is
 * discussed, not excused.
 */
class ArchitectureTest {

  /** Fewer means that the import went wrong: a rule over nothing always passes. */
  private static final int LEAST_CLASSES = 25;

  private static final int MOST_LINES = 350;

  /** The published modules: where the sources stand, and the package that is theirs alone. */
  private enum Module {
    LEAKS("testing/leaks", "io.waybill.testing.leaks"),
    TESTING("testing/services", "io.waybill.testing"),
    API("api", "io.waybill"),
    SDK("sdk", "io.waybill.sdk"),
    GRPC("grpc-interceptors", "io.waybill.grpc"),
    HTTP_JDK("http-interceptors/jdk-client", "io.waybill.http.jdk"),
    HTTP_SERVLET("http-interceptors/servlet", "io.waybill.http.servlet"),
    SLF4J("integrations/slf4j", "io.waybill.slf4j"),
    LOG4J2("integrations/log4j2", "io.waybill.log4j2"),
    OPENTELEMETRY_LOGS("integrations/opentelemetry-logs", "io.waybill.opentelemetry.logs"),
    OPENTELEMETRY_SPANS("integrations/opentelemetry-spans", "io.waybill.opentelemetry.spans"),
    CONTEXT_PROPAGATION("integrations/context-propagation", "io.waybill.contextpropagation");

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
        case TESTING -> List.of(root);
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
          .resideInAnyPackage(Module.packagesOfAllBut(adapter, Module.SDK, Module.API))
          .check(main);
    }
  }

  /** The parser is bytes and text: it can be fuzzed, measured and trusted alone. */
  @Test
  void wire_knowsTextOnly() {
    DescribedPredicate<JavaClass> restOfSdk =
        JavaClass.Predicates.resideInAPackage("io.waybill.sdk..")
            .and(JavaClass.Predicates.resideOutsideOfPackage("io.waybill.sdk.wire.."))
            .as("rest of the SDK");
    noClasses()
        .that()
        .resideInAPackage("io.waybill.sdk.wire..")
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
        .resideInAPackage("io.waybill.sdk.policy..")
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
    List<Path> files = javaFiles(projectRoot().resolve(module.folder).resolve("src/main/java"));

    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(Files.readAllLines(file))
          .as("lines of %s", file)
          .hasSizeLessThanOrEqualTo(MOST_LINES);
    }
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

  /** Upwards from where the test was started: Maven starts it in its module, an editor may not. */
  private static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("architecture"))) {
      folder = folder.getParent();
      assertThat(folder).as("a parent folder that holds architecture/").isNotNull();
    }
    return folder;
  }
}
