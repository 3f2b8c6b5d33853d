package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Runs the launcher as an installed copy, with JDKs that only print how they were called.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a POSIX shell script")
class LauncherTest {

  private record Result(int code, List<String> lines) {}

  @TempDir private Path temp;
  private Path installed = Path.of("");

  @BeforeEach
  void install() throws IOException {
    installed = Files.createDirectories(temp.resolve("an installed copy"));
    Files.copy(Path.of("../jacquard"), installed.resolve("jacquard"));
    Path lib = Files.createDirectory(installed.resolve("lib"));
    for (String jar : List.of("fastutil-8.jar", "jacquard-models-1.jar", "xchart-4.jar")) {
      Files.createFile(lib.resolve(jar));
    }
  }

  @Test
  void passesTheFlagsOfTheKernels() throws Exception {
    Result result = run(Map.of("JAVA_HOME", jdk("jdk", "25.0.3").toString()), "doctor", "a b");
    assertThat(result.code()).isEqualTo(7);
    assertThat(result.lines())
        .startsWith(temp.resolve("jdk").toString())
        .containsSequence("--add-modules", "jdk.incubator.vector")
        .contains("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx1g")
        .contains("-XX:Tier3DelayOn=1000", "GLIBC_TUNABLES=glibc.malloc.hugetlb=1")
        .endsWith("dev.jacquard.models.cli.Main", "doctor", "a b");
  }

  @Test
  void ownJarsComeFirstOnTheClassPath() throws Exception {
    Result result = run(Map.of("JAVA_HOME", jdk("jdk", "25").toString()), "doctor");
    String lib = installed.toRealPath().resolve("lib").toString();
    assertThat(result.lines())
        .contains(
            "%1$s/jacquard-models-1.jar:%1$s/fastutil-8.jar:%1$s/xchart-4.jar".formatted(lib));
  }

  @Test
  void userOptionsComeAfterOurs() throws Exception {
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME", jdk("jdk", "25").toString(),
            "JACQUARD_JAVA_OPTS", "-Xmx4g -Dx=1",
            "GLIBC_TUNABLES", "other");
    List<String> lines = run(environment, "doctor").lines();
    assertThat(lines)
        .containsSequence("-Xmx1g", "-Xmx4g", "-Dx=1")
        .contains("GLIBC_TUNABLES=other");
  }

  @Test
  void oldJavaHomeIsPassedOverForTheOneOnThePath() throws Exception {
    Path newer = jdk("newer", "26-ea");
    Map<String, String> environment =
        Map.of("JAVA_HOME", jdk("old", "17.0.15").toString(), "PATH", newer + "/bin:/usr/bin:/bin");
    assertThat(run(environment, "doctor").lines()).startsWith(newer.toString());
  }

  @Test
  void javaOnThePathIsFollowedThroughLinks() throws Exception {
    Path jdk = jdk("jdk", "25");
    Path bin = Files.createDirectory(temp.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
    assertThat(run(Map.of("PATH", bin + ":/usr/bin:/bin"), "doctor").lines())
        .startsWith(jdk.toString());
  }

  @Test
  void jdkIsFoundInTheHomeFolder() throws Exception {
    Path jdk = jdk("home/.sdkman/candidates/java/25-tem", "25");
    cutOutFoldersOfThisMachine();
    assertThat(run(Map.of("HOME", temp.resolve("home").toString()), "doctor").lines())
        .startsWith(jdk.toString());
  }

  @Test
  void withoutJdkOneSentenceSaysWhatToSet() throws Exception {
    cutOutFoldersOfThisMachine();
    Result result = run(Map.of("JAVA_HOME", jdk("old", "17").toString()), "doctor");
    assertThat(result.code()).isEqualTo(ExitCode.RESOURCES);
    assertThat(result.lines()).hasSize(1);
    assertThat(result.lines().getFirst()).contains("no JDK 25", "JAVA_HOME");
  }

  @Test
  void listOfSystemsStartsWithoutTheVectorApi() throws Exception {
    Result result = run(Map.of("JAVA_HOME", jdk("jdk", "25").toString()), "systems");
    assertThat(result.lines())
        .doesNotContain("jdk.incubator.vector")
        .anyMatch(line -> line.startsWith("-XX:SharedArchiveFile="));
  }

  @Test
  void failedArchiveOfClassesIsRemovedAndDoesNoHarm() throws Exception {
    Result result = run(Map.of("JAVA_HOME", jdk("jdk", "25").toString()), "systems");
    assertThat(result.code()).isEqualTo(7); // of the listing; making the archive gave 7 as well
    assertThat(installed.resolve("lib").toFile().list())
        .hasSize(3)
        .noneMatch(name -> name.startsWith("classes"));
  }

  @Test
  void linkToTheLauncherWorks() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("link"), installed.resolve("jacquard"));
    Map<String, String> environment = Map.of("JAVA_HOME", jdk("jdk", "25").toString());
    assertThat(run(link, environment, "doctor").code()).isEqualTo(7);
  }

  /// A JDK whose `java` prints its home, a part of its environment and its arguments, and ends with
  /// exit code 7.
  private Path jdk(String name, String version) throws IOException {
    Path home = temp.resolve(name);
    Path bin = Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    String script =
        """
        #!/bin/sh
        printf '%%s\\n' '%s' "GLIBC_TUNABLES=$GLIBC_TUNABLES" "$@"
        exit 7
        """
            .formatted(home);
    Files.writeString(bin.resolve("java"), script);
    assertThat(bin.resolve("java").toFile().setExecutable(true)).isTrue();
    return home;
  }

  private void cutOutFoldersOfThisMachine() throws IOException {
    Path script = installed.resolve("jacquard");
    String text = Files.readString(script);
    String cut = text.replaceAll(" /(usr|opt|Library)/\\S*\\*\\S*", "");
    assertThat(cut).isNotEqualTo(text);
    Files.writeString(script, cut);
  }

  private Result run(Map<String, String> environment, String... arguments) throws Exception {
    return run(installed.resolve("jacquard"), environment, arguments);
  }

  private static Result run(Path script, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command =
        Stream.concat(Stream.of("/bin/sh", script.toString()), Stream.of(arguments)).toList();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output.lines().toList());
  }
}
