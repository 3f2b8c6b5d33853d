package dev.jacquard.models.jpeglm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.decoding.LlamaEngine;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The bundled digit model, whose file holds bf16, used straight from the mapped file.
class WeightsInPlaceTest {
  private static final Path FOLDER = Path.of("pretrained", "jpeg-lm-mnist");
  private static final int TOKENS = 60;

  @Test
  void writesTheSameStreamsAsTheConvertedModel() throws IOException {
    try (Backend backend = Backends.cpu(2);
        JpegLm converted = JpegLm.load(FOLDER, backend);
        Checkpoint file = SafetensorsReader.open(FOLDER.resolve("model.safetensors"));
        TensorScope scope = TensorScope.open("in place")) {
      LlamaModel inPlace =
          scope.within(
              () ->
                  Parameters.frozen(
                      backend,
                      file.stateDict(backend),
                      p -> new LlamaModel(converted.llama().config(), p)));
      assertThat(inPlace.embedding().weight().dtype()).isEqualTo(DType.BF16);
      int[] prompt = converted.tokenizer().prompt(new byte[0]);
      for (int batch : new int[] {1, 3}) {
        assertThat(greedy(inPlace, prompt, batch))
            .isEqualTo(greedy(converted.llama(), prompt, batch));
      }
    }
  }

  /// The likeliest tokens, followed by the last logits.
  private static float[] greedy(LlamaModel model, int[] prompt, int batch) {
    try (SequenceEngine.Session session =
        new LlamaEngine(model).open(batch, prompt.length + TOKENS)) {
      float[] seen = new float[TOKENS];
      List<SequenceEngine.Sequence> sequences = new ArrayList<>(List.of(session.start(prompt)));
      while (sequences.size() < batch) {
        sequences.add(sequences.getFirst().fork(prompt.length));
      }
      int[][] next = new int[batch][];
      float[] logits = sequences.getFirst().logits(prompt.length);
      for (int i = 0; i < TOKENS; i++) {
        int likeliest = 0;
        for (int token = 1; token < logits.length; token++) {
          likeliest = logits[token] > logits[likeliest] ? token : likeliest;
        }
        seen[i] = likeliest;
        Arrays.fill(next, new int[] {likeliest});
        session.advance(sequences, next);
        logits = sequences.getLast().logits(prompt.length + i + 1);
      }
      float[] result = Arrays.copyOf(seen, TOKENS + logits.length);
      System.arraycopy(logits, 0, result, TOKENS, logits.length);
      return result;
    }
  }
}
