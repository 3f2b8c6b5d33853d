package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.data.TestPictures;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills training runs and compares what they leave, once resumed, with an unbroken run.
class TrainerResumeIT {
  private static final List<String> FILES =
      List.of("checkpoint.safetensors", "model.safetensors", "losses.csv", "config.json");
  private static final int KILLS = 3;

  @TempDir private static Path shared;
  private static Path whole = Path.of("");

  @TempDir private Path broken;

  @BeforeAll
  static void trainUnbroken() throws Exception {
    TestPictures.folder(shared.resolve("data"), TestPictures.parts(16, 36, 2, 2));
    whole = shared.resolve("whole");
    Process process = train(whole);
    drain(process, Integer.MAX_VALUE);
    assertThat(process.waitFor()).isZero();
  }

  /// Three kills at moments that come from the seed: some during a step, some while a checkpoint,
  /// the model or the curve is being written.
  @Test
  void aKilledRunEndsAsAnUnbrokenOne() throws Exception {
    long seed = Long.getLong("jacquard.test.seed", 1);
    System.out.println("TrainerResumeIT: seed " + seed);
    Random random = new Random(seed);
    int killed = 0;
    for (int i = 0; i < KILLS; i++) {
      Process process = train(broken, "--resume");
      drain(process, 1 + random.nextInt(3)); // so many checkpoints
      Thread.sleep(random.nextInt(60));
      process.destroyForcibly();
      killed += process.waitFor() == 0 ? 0 : 1;
      assertThat(broken.resolve("checkpoint.safetensors")).exists();
    }
    assertThat(killed).isEqualTo(KILLS);
    finish();
  }

  /// Ctrl-C and `kill` end the step, write a checkpoint, and end the process without delay.
  @Test
  void anInterruptedRunSavesAndEndsAtOnce() throws Exception {
    Process process = train(broken);
    drain(process, 2);
    long start = System.nanoTime();
    process.toHandle().destroy(); // SIGTERM; the streams stay open
    drain(process, Integer.MAX_VALUE);
    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(40));
    assertThat(process.exitValue()).as("ended by the signal").isNotZero();
    finish();
  }

  /// A failing run must not hang in the hook that waits for it.
  @Test
  void aFailingRunEndsAtOnce() throws Exception {
    Files.createDirectories(broken.resolve("losses.csv")); // cannot be replaced by a file
    Files.createFile(broken.resolve("losses.csv").resolve("in-the-way"));
    Process process = train(broken);
    drain(process, Integer.MAX_VALUE);
    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(broken.resolve("checkpoint.safetensors")).doesNotExist();
  }

  private void finish() throws Exception {
    Process process = train(broken, "--resume");
    drain(process, Integer.MAX_VALUE);
    assertThat(process.waitFor()).isZero();
    for (String file : FILES) {
      assertThat(broken.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  private static Process train(Path out, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    String settings =
        "--steps 30 --threads 1 --set checkpointEvery=2 --set dim=16 --set nLayers=1 --set nHeads=2"
            + " --set batch=2 --set length=32 --set vocabSize=270 --set flip=true --set shift=1";
    command.addAll(List.of("train", "jpeg-lm", "--data", shared.resolve("data").toString()));
    command.addAll(List.of("--out", out.toString()));
    command.addAll(List.of(settings.split(" ")));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  /// Reads messages until so many checkpoints were reported or the process ends.
  private static void drain(Process process, int checkpoints) throws IOException {
    BufferedReader messages = process.errorReader(StandardCharsets.UTF_8);
    int seen = 0;
    String line = messages.readLine();
    while (line != null) {
      seen += line.startsWith("step ") ? 1 : 0;
      if (seen >= checkpoints) {
        return;
      }
      line = messages.readLine();
    }
  }
}
