package dev.jacquard.models.llama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandomLlamaTest {
  private static final LlamaConfig CONFIG = LlamaConfig.of(64, 2, 4, 96, 300, 128);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16", "Q8_0", "Q4_0"})
  void aGgufFileHasTheSizesAndTypesThatWereAskedFor(DType type) throws IOException {
    Path file = folder.resolve("random.gguf");
    try (Backend backend = Backends.cpu(1)) {
      new RandomLlama(CONFIG, backend, 5).writeGguf(file, type);
      try (PublishedLlama llama = PublishedLlama.open(file, backend)) {
        LlamaConfig read = llama.model().config();
        assertThat(read.dim()).isEqualTo(64);
        assertThat(read.ffnDim()).isEqualTo(96);
        assertThat(read.vocabSize()).isEqualTo(300);
        assertThat(llama.model().embedding().weight().dtype()).isEqualTo(type);
        assertThat(llama.file().entries()).hasSize(2 * 9 + 3);
        float[] weights = llama.file().toF32(backend, "blk.1.ffn_up.weight").toFloats();
        double square = 0;
        for (float w : weights) {
          square += w * w;
        }
        // q4_0 has 16 steps a block, which moves the deviation by a few percent
        assertThat(Math.sqrt(square / weights.length)).isBetween(0.018, 0.022);
      }
    }
  }

  @Test
  void shardsDivideTheTensors() throws IOException {
    try (Backend backend = Backends.cpu(1)) {
      new RandomLlama(CONFIG, backend, 5).writeFolder(folder, DType.F16, 3);
      try (PublishedLlama llama = PublishedLlama.open(folder, backend)) {
        Set<String> names =
            llama.file().entries().stream().map(TensorEntry::name).collect(Collectors.toSet());
        assertThat(names).hasSize(2 * 9 + 3).contains("model.layers.1.mlp.up_proj.weight");
      }
    }
    assertThat(folder.resolve("model-00003-of-00003.safetensors")).exists();
  }
}
