package dev.jacquard.tensor.io.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.Mutations;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.io.StoredType;
import dev.jacquard.tensor.io.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files of PyTorch 1.13.1, whose tensors `expected.safetensors` lists.
class TorchReaderTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/torch-pickle");
  private static final Path PUBLISHED = Path.of("../../shared/weights");

  @TempDir Path folder;
  private final ReferenceBackend backend = new ReferenceBackend();

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({"quirks, .pt, 24", "state_dict, .pth, 9", "with_optimizer, .pt, 8", "legacy, .pt, 2"})
  void readsEveryTensorToTheBit(String name, String ending, int count) throws IOException {
    try (Checkpoint expected = SafetensorsReader.open(GOLDEN.resolve("expected.safetensors"));
        Checkpoint file = TorchReader.open(GOLDEN.resolve(name + ending))) {
      assertThat(file.entries()).hasSize(count);
      for (TensorEntry entry : file.entries()) {
        String key = name + "/" + entry.name();
        Tensor tensor = file.tensor(backend, entry.name());
        Tensor other = expected.tensor(backend, key);
        assertThat(tensor.dtype()).as(key).isEqualTo(other.dtype());
        assertThat(tensor.shape()).as(key).isEqualTo(other.shape());
        assertThat(tensor.segment().mismatch(other.segment())).as(key).isEqualTo(-1);
        assertThat(file.raw(entry.name()).mismatch(expected.raw(key))).as(key).isEqualTo(-1);
      }
    }
  }

  @Test
  void givesOtherValuesAsMetadata() throws IOException {
    try (Checkpoint file = TorchReader.open(GOLDEN.resolve("quirks.pt"))) {
      assertThat(file.metadata())
          .containsEntry("epoch", "12")
          .containsEntry("lr", "1.0E-4")
          .containsEntry("args.model", "tiny")
          .containsEntry("args.dims", "[1, 2, 3]")
          .containsEntry("args.flag", "true")
          .containsEntry("args.nothing", "None")
          .containsEntry("size", "[2, 3]")
          .containsEntry("nested.big_int", "1099511627776")
          .containsEntry("nested.negative", "-7")
          .containsEntry("nested.long_string", "é".repeat(300))
          .containsEntry("nested.dict.1", "int key");
    }
  }

  @Test
  void mapsContiguousTensorsAndCopiesTheRest() throws IOException {
    try (Checkpoint file = TorchReader.open(GOLDEN.resolve("quirks.pt"))) {
      assertThat(file.tensor(backend, "model.plain").segment().isReadOnly()).isTrue();
      assertThat(file.tensor(backend, "model.shared_b").segment().isReadOnly()).isTrue();
      assertThat(file.tensor(backend, "model.transposed_view").segment().isReadOnly()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mnist.pt, 20, F32, 376936",
    "taef2_encoder.pth, 79, F16, 1338528",
    "taef2_decoder.pth, 79, F16, 1338499",
    "lpips-vgg.pth, 5, F32, 1472"
  })
  void readsPublishedFiles(String name, int count, StoredType type, long elements)
      throws IOException {
    Path file = PUBLISHED.resolve(name);
    assumeTrue(Files.exists(file), "skipped: no " + file);
    try (Checkpoint checkpoint = TorchReader.open(file)) {
      assertThat(checkpoint.entries()).hasSize(count);
      long found = 0;
      for (TensorEntry entry : checkpoint.entries()) {
        if (entry.type() == type) {
          found += entry.shape().numel();
          for (float value : checkpoint.toF32(backend, entry.name()).toFloats()) {
            assertThat(Math.abs(value)).as(entry.name()).isLessThan(1000);
          }
        }
      }
      assertThat(found).isBetween(elements - 2, elements + 2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "quirks.pt, 800, 2900",
    "with_optimizer.pt, 400, 1100",
    "legacy.pt, 800, 900",
    "state_dict.pth, 400, 3372"
  })
  void mutatedFilesAreReadOrRefused(String name, int rounds, int hot) throws IOException {
    byte[] seed = Files.readAllBytes(GOLDEN.resolve(name));
    new Mutations(
            seed, "(.0N\u0088\u0089JKM\u008aGX}])t\u0085\u0086\u0087lasueqrhjcRb\u0081Q\n", hot)
        .run(folder, new UncheckedPickles(), rounds);
  }

  /// Reads the pickle of a zip file even if its checksum is wrong, so that damage reaches the
  /// machine: it puts the right one into the directory first.
  private static final class UncheckedPickles implements dev.jacquard.tensor.io.CheckpointFormat {
    private final TorchFormat format = new TorchFormat();

    @Override
    public String name() {
      return format.name();
    }

    @Override
    public java.util.List<String> suffixes() {
      return format.suffixes();
    }

    @Override
    public boolean recognizes(byte[] head, long sizeBytes) {
      return format.recognizes(head, sizeBytes);
    }

    @Override
    public Checkpoint open(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      int entry = TorchFiles.indexOf(bytes, new byte[] {'P', 'K', 1, 2}, 0);
      if (entry >= 0 && entry + 46 <= bytes.length && bytes[0] == 'P') {
        TorchFiles.correctChecksum(bytes, entry);
        Files.write(file, bytes);
      }
      return format.open(file);
    }
  }
}
