package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.jpeglm.TinyModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `train`, `generate`, `complete`, `eval` and `demo` with a tiny model: what they make, and what
/// they say about bad input.
class DrawingCommandsTest {
  private static final String TINY =
      "--set dim=16 --set nLayers=1 --set nHeads=2 --set batch=2 --set length=32 --set"
          + " tokenizer=bytes";

  /// Shared by all tests, which write to [#folder] only.
  @TempDir private static Path shared;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void prepare() throws IOException {
    List<Picture> pictures = TestPictures.parts(16, 10, 1, 2);
    TestPictures.folder(shared.resolve("data"), pictures);
    Path model = shared.resolve("models/pretrained/tiny");
    // a context with room for the noise that a model draws which has learned nothing
    Map<String, String> settings = TinyModel.settings("maxSeqLen", "320");
    TinyModel.train(pictures, settings, TinyModel.training(3, 3, 1e-2), model);
    Files.createDirectories(shared.resolve("empty"));
    Files.createDirectories(shared.resolve("text"));
    Files.writeString(shared.resolve("text/fake.png"), "no picture");
    copy(model, shared.resolve("truncated"));
    Path weights = shared.resolve("truncated/model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length - 10));
    copy(model, shared.resolve("unweighted"));
    Files.delete(shared.resolve("unweighted/model.safetensors"));
    copy(model, shared.resolve("foreign"));
    ConfigFile.write(shared.resolve("foreign/config.json"), Map.of("architectures", List.of("X")));
    copy(model, shared.resolve("unknown"));
    ConfigFile.write(shared.resolve("unknown/config.json"), Map.of("system", "warp"));
    copy(model, shared.resolve("garbled"));
    Files.writeString(shared.resolve("garbled/config.json"), "{\"system\": \"jpeg");
  }

  /// Each mistake gives one sentence that names what is wrong, and the right exit code. `@` stands
  /// for the folder of this test's data.
  @ParameterizedTest
  @CsvSource({
    "train jpeg-lm --data @/none --out @/out, 3, no such file or folder",
    "train jpeg-lm --data @/empty --out @/out, 3, no pictures in the folder",
    "train jpeg-lm --data @/text --out @/out, 3, fake.png",
    "train jpeg-lm --data @/text/fake.png --out @/out, 3, no picture data",
    "train jpeg-lm --data @/data --out @/out --set foo=1, 2, unknown; foo",
    "train jpeg-lm --data @/data --out @/out --set dim=x, 2, dim=x",
    "train jpeg-lm --data @/data --out @/out --set dim=0, 2, dim 0",
    "train jpeg-lm --data @/data --out @/out --set dim, 2, dim",
    "train jpeg-lm --data @/data --out @/out --set learningRate=-1, 2, learning rate -1",
    "train jpeg-lm --data @/data --out @/out --set learningRate=NaN, 2, learning rate NaN",
    "train jpeg-lm --data @/data --out @/out --set minutes=NaN, 2, unknown; minutes",
    "train jpeg-lm --data @/data --out @/out --minutes NaN, 2, minutes NaN",
    "train jpeg-lm --data @/data --out @/out --set steps=0, 2, steps 0",
    "train jpeg-lm --data @/data --out @/out --config @/none.json, 3, none.json",
    "train jpeg-lm --data @/data --out @/out --config @/text/fake.png, 3, fake.png",
    "train jpeg-lm --data @/data --out @/models/pretrained/tiny, 2, earlier run",
    "train jpeg-lm --data @/data --out @/truncated, 2, earlier run",
    "train warp --data @/data --out @/out, 2, warp",
    "train jpeg-lm --out @/out, 2, --data",
    "train --data @/data --out @/out, 2, SYSTEM",
    "generate --model @/none --out @/out, 3, none",
    "generate --model @/truncated --out @/out, 3, model.safetensors",
    "generate --model @/unweighted --out @/out, 3, model.safetensors",
    "generate --model @/foreign --out @/out, 3, config.json",
    "generate --model @/unknown --out @/out, 3, warp",
    "generate --model @/garbled --out @/out, 3, config.json",
    "generate --model tiny --out @/out --temperature -1, 2, temperature -1",
    "generate --model tiny --out @/out --temperature x, 2, --temperature",
    "generate --model tiny --out @/out --top-k -1, 2, top-k -1",
    "generate --model tiny --out @/out --top-p 2, 2, top-p 2",
    "generate --model tiny --out @/out --count 0, 2, count 0",
    "generate --model tiny --out @/out --batch 0, 2, batch 0",
    "generate --model tiny --out @/out --loop warp, 2, 'plain, forced, ngram, draft'",
    "generate --model tiny --out @/out --loop draft, 2, --draft DIR",
    "generate --model tiny --out @/out --loop sjd --guesses -1, 2, --guesses",
    "generate --model tiny --out @/out --draft tiny, 2, --loop draft",
    "generate --model tiny --out @/out --loop draft --draft @/none, 3, none",
    "generate --model tiny --out @/out --loop gsd, 2, 'have plain, forced, ngram, draft, jacobi,"
        + " sjd'",
    "generate --model tiny --out @/out --loop lantern --draft tiny, 2, does not run with this"
        + " model",
    "generate --model tiny --out @/out --loop nar, 2, 'nar does not run with this model; have"
        + " plain, forced'",
    "generate --model tiny --out @/out --threads 0, 2, --threads",
    "generate --model tiny --out @/out --backend warp, 4, warp",
    "generate --model tiny --out @/out --colour, 2, --colour",
    "generate --model tiny --out @/text/fake.png, 3, fake.png",
    "complete --model tiny --out @/out --image @/data/000.png --keep 2, 2, --keep",
    "complete --model tiny --out @/out --image @/data/000.png --keep NaN, 2, --keep",
    "complete --model tiny --out @/out --image @/data/000.png, 2, --keep",
    "complete --model tiny --out @/out --image @/none.png --keep 0.5, 3, none.png",
    "complete --model tiny --out @/out --image @/text/fake.png --keep 0.5, 3, fake.png",
    "eval --model tiny --data @/data --metrics beauty, 2, beauty",
    "eval --model tiny --data @/none, 3, none",
    "eval --model tiny --data @/data --split half, 2, half",
    "demo --out @/text/fake.png, 3, fake.png",
  })
  void mistakesGiveOneSentence(String command, int code, String told) throws IOException {
    Map<String, Integer> before = contents();
    String cheap = "train jpeg-lm --set steps=1 " + TINY; // if a mistake should go unnoticed
    assertThat(run(command.replace("train jpeg-lm", cheap))).as(err.toString()).isEqualTo(code);
    assertThat(err.toString()).startsWith("jacquard: ").contains(told);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(out.toString()).isEmpty();
    before.entrySet().removeIf(entry -> entry.getKey().startsWith("out"));
    assertThat(contents()).as("older files stay as they were").containsAllEntriesOf(before);
  }

  @Test
  void trainLeavesAModelThatDraws() throws IOException {
    Path model = folder.resolve("model");
    assertThat(run("train jpeg-lm --data @/data --steps 4 --json --out " + model + " " + TINY))
        .as(err.toString())
        .isZero();
    assertThat(json().getFirst()).containsEntry("step", 4L).containsKey("best bits per byte");
    assertThat(model).isDirectoryContaining(file -> file.endsWith("loss.png"));
    assertThat(PictureFiles.read(model.resolve("loss.png")).width()).isEqualTo(800);
    assertThat(run("generate --count 2 --model " + model + " --out " + folder.resolve("drawn")))
        .isZero();
    assertThat(folder.resolve("drawn/model-001.jpg")).exists();
  }

  @Test
  void settingsOnTheCommandLineGoBeforeTheFile() throws IOException {
    Path settings = folder.resolve("settings.json");
    ConfigFile.write(
        settings,
        Map.of("dim", 8L, "nLayers", 1L, "nHeads", 2L, "length", 32L, "tokenizer", "bytes"));
    String command = "train jpeg-lm --data @/data --steps 1 --set dim=16 --config " + settings;
    assertThat(run(command + " --out " + folder.resolve("model"))).as(err.toString()).isZero();
    assertThat(ConfigFile.read(folder.resolve("model/config.json")).intValue("hidden_size"))
        .isEqualTo(16);
  }

  @Test
  void generateWritesFilesAndASheet() throws IOException {
    assertThat(run("generate --model tiny --count 3 --json --out " + folder)).isZero();
    assertThat(names(folder))
        .containsExactly("tiny-000.jpg", "tiny-001.jpg", "tiny-002.jpg", "tiny-sheet.png");
    assertThat(json().getFirst()).containsEntry("pictures", "tiny").containsEntry("count", 3L);
    assertThat(PictureFiles.read(folder.resolve("tiny-sheet.png")).width())
        .isEqualTo(8 * (16 * 3 + 2) + 2);
  }

  @Test
  void aPreviewEndsAsTheSheet() throws IOException {
    Path preview = folder.resolve("preview.png");
    Path drawn = folder.resolve("drawn");
    String command = "generate --model tiny --count 2 --preview " + preview + " --out " + drawn;
    assertThat(run(command)).as(err.toString()).isZero();
    assertThat(preview).hasSameBinaryContentAs(drawn.resolve("tiny-sheet.png"));
    assertThat(run(command.replace(preview.toString(), drawn + "/none/preview.png"))).isEqualTo(3);
    assertThat(err.toString()).contains("preview.png");
  }

  @Test
  void sameSeedSameFiles() throws IOException {
    String command = "generate --model tiny --count 2 --quiet --seed ";
    assertThat(run(command + "1 --out " + folder.resolve("a"))).isZero();
    assertThat(run(command + "1 --threads 2 --batch 1 --out " + folder.resolve("b"))).isZero();
    assertThat(run(command + "2 --out " + folder.resolve("c"))).isZero();
    Path a = folder.resolve("a/tiny-001.jpg");
    assertThat(folder.resolve("b/tiny-001.jpg")).hasSameBinaryContentAs(a);
    assertThat(Files.mismatch(a, folder.resolve("c/tiny-001.jpg"))).isNotNegative();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void completeWritesFiles() throws IOException {
    String image = " --image @/data/000.png --keep 0.5 --count 2 --json --out " + folder;
    assertThat(run("complete --model tiny" + image)).as(err.toString()).isZero();
    assertThat(names(folder))
        .containsExactly("completed-000.jpg", "completed-001.jpg", "completed-sheet.png");
    assertThat(json()).hasSize(1);
  }

  @Test
  void evalPrintsOneMetricALine() throws IOException {
    String metrics = "bits_per_byte,xz_bits_per_byte,tokens_per_image";
    assertThat(run("eval --model tiny --data @/data --json --metrics " + metrics))
        .as(err.toString())
        .isZero();
    assertThat(json().stream().map(line -> line.get("metric"))).containsExactly(metrics.split(","));
    assertThat(json().getFirst().get("value")).isInstanceOf(Double.class);
  }

  @Test
  void demoShowsEachBundledModel() throws IOException {
    assertThat(run("demo --json --out " + folder)).as(err.toString()).isZero();
    assertThat(names(folder))
        .contains("contact-sheet.png", "tiny-015.jpg", "tiny-completed-sheet.png");
    assertThat(json()).hasSize(1);
    assertThat(json().getFirst()).containsEntry("model", "tiny");
  }

  private int run(String command) {
    String home = System.getProperty("jacquard.home");
    System.setProperty("jacquard.home", shared.toString());
    try {
      String[] args = command.replace("@", shared.toString()).split(" ");
      return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    } finally {
      if (home == null) {
        System.clearProperty("jacquard.home");
      } else {
        System.setProperty("jacquard.home", home);
      }
    }
  }

  /// The lines of the standard output, each read as a JSON object.
  private List<Map<String, Object>> json() throws IOException {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      Path file = Files.writeString(folder.resolve("line.json"), line);
      objects.add(ConfigFile.read(file).fields());
    }
    Files.deleteIfExists(folder.resolve("line.json"));
    return objects;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Map<String, Integer> contents() throws IOException {
    Map<String, Integer> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(shared)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(shared.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
  }
}
