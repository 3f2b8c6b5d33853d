package dev.jacquard.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationConfigTest {
  @TempDir private Path folder;

  @Test
  void aFolderWithoutTheFileIsSampledPlainly() throws IOException {
    assertThat(GenerationConfig.read(folder)).isEqualTo(GenerationConfig.PLAIN);
    assertThat(GenerationConfig.PLAIN.options(7)).isEqualTo(SamplingOptions.plain(7));
  }

  @Test
  void readsWhatItWrites() throws IOException {
    for (GenerationConfig config :
        new GenerationConfig[] {
          new GenerationConfig(0.8, 50, 0.9), new GenerationConfig(0, 0, 1), GenerationConfig.PLAIN
        }) {
      config.write(folder);
      assertThat(GenerationConfig.read(folder)).isEqualTo(config);
    }
  }

  @Test
  void takesHuggingFacesFileAsItIs() throws IOException {
    write("{\"_from_model_config\": true, \"bos_token_id\": 1, \"top_p\": 0.95}");
    assertThat(GenerationConfig.read(folder)).isEqualTo(new GenerationConfig(1, 0, 0.95));
    write("{\"do_sample\": false, \"temperature\": 0.9}");
    assertThat(GenerationConfig.read(folder).temperature()).isZero();
  }

  @Test
  void refusesNumbersOutOfRange() throws IOException {
    write("{\"top_p\": 1.5}");
    assertThatThrownBy(() -> GenerationConfig.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("top-p 1.5", "generation_config.json");
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), text);
  }
}
