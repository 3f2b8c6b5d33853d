package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.jpeglm.JpegLm;
import dev.jacquard.models.llama.PublishedLlama;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StoredType;
import dev.jacquard.tensor.io.gguf.GgufFile;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelConvertCommandTest {
  private static final String SHAPE =
      "--dim 64 --layers 2 --heads 4 --ffn 128 --context 12288 --type bf16 --shards 2";

  @TempDir Path temp;
  private Path released;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() {
    released = temp.resolve("released");
    List<String> args =
        Stream.concat(Stream.of("random", released.toString()), Arrays.stream(SHAPE.split(" ")))
            .toList();
    assertThat(run(args.toArray(String[]::new))).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aQuantisedFolderStillDraws() throws IOException {
    for (String type : List.of("q8_0", "q4_0", "f16")) {
      Path small = temp.resolve(type);
      assertThat(run("convert", released.toString(), small.toString(), "--type", type)).isZero();
      assertThat(small.resolve("README.md")).hasSameBinaryContentAs(released.resolve("README.md"));
      assertThat(small.resolve("tokenizer.model")).exists();
      try (Backend backend = Backends.cpu(1);
          JpegLm model = JpegLm.load(small, backend);
          PublishedLlama exact = PublishedLlama.open(released, backend);
          PublishedLlama rounded = PublishedLlama.open(small, backend)) {
        assertThat(model.llama().config()).isEqualTo(exact.model().config());
        assertThat(rounded.model().embedding().weight().dtype())
            .isEqualTo(DType.valueOf(type.toUpperCase(Locale.ROOT)));
        Tensor ids = Tensor.ofInts(backend, Shape.of(1, 6), 1, 20, 30, 40, 50, 60);
        float[] expected = exact.model().logits(ids).toFloats();
        float[] actual = rounded.model().logits(ids).toFloats();
        double error = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
          error += Math.pow(actual[i] - expected[i], 2);
          size += Math.pow(expected[i], 2);
        }
        // rounding of weights to 8 bits is 1 %, to 4 bits about 10 %, of each product
        double limit = type.equals("q4_0") ? 0.35 : 0.03;
        assertThat(Math.sqrt(error / size)).as(type).isGreaterThan(0).isLessThan(limit);
      }
    }
  }

  @Test
  void ggufKeepsItsFieldsWhenItsTypeChanges() throws IOException {
    Path f32 = temp.resolve("f32.gguf");
    Path q8 = temp.resolve("q8.gguf");
    assertThat(
            run(
                "random",
                f32.toString(),
                "--dim",
                "64",
                "--heads",
                "4",
                "--layers",
                "1",
                "--ffn",
                "96"))
        .isZero();
    assertThat(run("convert", f32.toString(), q8.toString(), "--type", "q8_0")).isZero();
    try (GgufFile from = GgufFile.open(f32);
        GgufFile to = GgufFile.open(q8)) {
      assertThat(to.fields()).isEqualTo(from.fields());
      assertThat(to.entries().getFirst().type()).isEqualTo(StoredType.Q8_0);
      assertThat(to.entries()).hasSameSizeAs(from.entries());
      // the bytes before the first tensor's description, where each field has its own width
      byte[] before = Files.readAllBytes(f32);
      String text = new String(before, StandardCharsets.ISO_8859_1);
      int fields = text.indexOf(from.entries().getFirst().name());
      assertThat(Arrays.mismatch(before, Files.readAllBytes(q8))).isGreaterThan(fields);
    }
    assertThat(Files.size(q8)).isLessThan(Files.size(f32) * 2 / 5);
  }

  @Test
  void shardsBecomeOneFileOfTheSameNumbers() throws IOException {
    Path whole = temp.resolve("whole.safetensors");
    assertThat(run("convert", released.toString(), whole.toString())).isZero();
    try (Backend backend = Backends.cpu(1);
        Checkpoint from = Checkpoints.open(released);
        Checkpoint to = Checkpoints.open(whole)) {
      assertThat(to.entries()).hasSameSizeAs(from.entries());
      for (var entry : from.entries()) {
        assertThat(to.raw(entry.name()).mismatch(from.raw(entry.name()))).isEqualTo(-1);
      }
      assertThat(to.metadata()).isEqualTo(from.metadata());
      assertThat(backend.pool().liveBytes()).isZero();
    }
  }

  @Test
  void refusesWhatAFormatCannotHold() {
    assertThat(
            run(
                "convert",
                released.toString(),
                temp.resolve("x.safetensors").toString(),
                "--type",
                "q8_0"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("safetensors files have no Q8_0");
    assertThat(run("convert", released.toString(), released.toString()))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("cannot be converted to itself");
  }

  @Test
  void checksumsTellChangedFiles() throws IOException {
    assertThat(run("checksum", released.toString())).isZero();
    String printed = out.toString().substring(out.toString().indexOf(" README.md") - 65);
    Path sums = Files.writeString(temp.resolve("sums"), printed);
    assertThat(printed.lines()).hasSize(6).allMatch(line -> line.matches("[0-9a-f]{64}  \\S+"));
    assertThat(run("checksum", released.toString(), "--check", sums.toString())).isZero();
    Files.writeString(released.resolve("README.md"), "another card");
    assertThat(run("checksum", released.toString(), "--check", sums.toString()))
        .isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(out.toString())
        .containsPattern("README.md +different")
        .containsPattern("config.json +same");
    Files.writeString(sums, "no sum");
    assertThat(run("checksum", released.toString(), "--check", sums.toString()))
        .isEqualTo(ExitCode.BAD_INPUT);
  }

  private int run(String... args) {
    String[] all = Stream.concat(Stream.of("model"), Arrays.stream(args)).toArray(String[]::new);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
  }
}
