package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.io.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The scan inside a Mamba-2 layer of M-VAR: 30 positions, two heads of 64, states of 64.
class SelectiveScanGoldenTest {
  private static final float TOLERANCE = 4.4e-4f; // stated in the file's metadata; y reaches 22

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 30, 64})
  void equalsTheReferenceForAnyLengthOfChunks(int chunk) throws IOException {
    Path file = Path.of("src/test/resources/golden/mamba2.safetensors");
    try (Backend backend = Backends.cpu(1);
        Checkpoint reader = SafetensorsReader.open(file)) {
      StateDict golden = reader.stateDict(backend);
      Tensor x = golden.get("x"); // [B, T, H, P]
      Tensor a = golden.get("A_log").map(Unary.EXP).scale(-1); // [H]
      Tensor b = golden.get("B").reshape(2, 30, 1, 64); // [B, T, G, N]
      Tensor c = golden.get("C").reshape(2, 30, 1, 64);
      Tensor y = SelectiveScanOp.apply(x, golden.get("dt"), a, b, c, null, chunk).y();
      Tensor skip = x.mul(golden.get("D").reshape(2, 1));
      float[] actual = y.add(skip).toFloats();
      float[] expected = golden.get("y").toFloats();
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within(TOLERANCE));
      }
    }
  }
}
