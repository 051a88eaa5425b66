package io.waybill.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's Java compiles, and its first commands are the two that everything starts with.
 *
 * <p>Its Java blocks are one program: the first has its imports, and each of the others goes on
 * where the one before ended. They are compiled as the body of one method, whose parameters a
 * reader has at hand.
 */
class ReadmeTest {
  private static final int MOST_LINES = 150;
  private static final String AT_HAND =
      """
      class Readme {
        interface OAuth { <T> T refresh(T held) throws Exception; }
        void blocks(io.grpc.Channel channel, OAuth oauth) throws Exception {
      """;
  private static final String OURS =
      "import io.waybill.examples.demo.proto.OrdersGrpc; // a service of the reader's own\n";

  @Test
  void javaBlocks_compile(@TempDir Path classes) throws IOException {
    List<String> blocks = blocks("java");
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(3);

    String code = String.join("\n", blocks.subList(1, blocks.size()));
    assertThat(compile(blocks.get(0) + OURS + AT_HAND + code + "}}", classes)).isEmpty();
  }

  @Test
  void firstCommands_areDemoAndTests() throws IOException {
    assertThat(blocks("sh")).startsWith("examples/run demo\n", "mvn -B verify\n");
  }

  /** What the examples' page shows of {@code examples/run beside}, which another test runs. */
  @Test
  void besideBaggage_isRealOutput() throws Exception {
    assertThat(Files.readString(Project.root().resolve("examples/README.md")))
        .contains("```text\n" + String.join("\n", QuestionsTest.printed("beside")) + "\n```");
  }

  @Test
  void length_isBounded() throws IOException {
    assertThat(readme().lines()).hasSizeLessThanOrEqualTo(MOST_LINES);
  }

  /** Returns what the compiler says. */
  private static String compile(String source, Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    List<String> options =
        List.of(
            "-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
    boolean ok = compiler.getTask(said, null, null, options, null, List.of(file(source))).call();
    assertThat(ok).as(said.toString()).isTrue();
    return said.toString();
  }

  private static JavaFileObject file(String source) {
    URI name = URI.create("string:///Readme.java");
    return new SimpleJavaFileObject(name, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$")
        .matcher(readme())
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static String readme() throws IOException {
    return Files.readString(Project.root().resolve("README.md"));
  }
}
