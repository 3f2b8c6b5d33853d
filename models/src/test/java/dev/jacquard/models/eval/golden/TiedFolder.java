package dev.jacquard.models.eval.golden;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.LlamaConfigJson;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Writes a golden folder of a model with tied embeddings and odd sizes. The expected tensors are
/// those of the untied model whose output layer is a copy of the table.
final class TiedFolder {
  private static final String TABLE = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";
  private static final int BATCH = 3;
  private static final int LENGTH = 7;
  private static final double TOLERANCE = 1e-5;

  private TiedFolder() {}

  static LlamaConfig config(boolean tied) {
    return new LlamaConfig(20, 2, 3, 1, 6, 13, 11, LENGTH, 1e-6f, 500, tied);
  }

  static void write(Path folder) throws IOException {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      LlamaModel model = new LlamaModel(config(false), Parameters.random(backend, 5));
      SequencedMap<String, Tensor> parameters = model.parameters().named();
      parameters.forEach((name, p) -> p.copyFrom(p.detach().scale(name.contains("norm") ? 1 : 8)));
      parameters.get(HEAD).copyFrom(parameters.get(TABLE));

      Tensor ids = ids(backend, 0); // [B, T]
      StateDict weights = new StateDict("weights");
      parameters.forEach((name, p) -> ifTied(name, () -> weights.put(name, p.detach())));
      Tape tape = new Tape();
      Tensor loss = tape.call(() -> model.loss(ids, ids(backend, 1)));
      StateDict cases =
          new StateDict("cases")
              .put("in.ids", ids.to(DType.I64))
              .put("in.labels", ids.to(DType.I64))
              .put("fwd.logits", model.logits(ids))
              .put("train.loss", loss);
      StateDict gradients = gradients(parameters, tape.backward(loss));

      write(folder, "model.safetensors", weights);
      write(folder, "cases.safetensors", cases);
      write(folder, "grads.safetensors", gradients);
      writeJson(folder, cases, gradients);
    }
  }

  /// Token ids, moved to the left by some positions; what comes after the end does not count.
  private static Tensor ids(ReferenceBackend backend, int shift) {
    int[] ids = new int[BATCH * LENGTH];
    for (int n = 0; n < ids.length; n++) {
      boolean inside = n % LENGTH + shift < LENGTH;
      ids[n] = inside ? (n + shift) * 7 % 11 : -100;
    }
    return Tensor.ofInts(backend, Shape.of(BATCH, LENGTH), ids);
  }

  private static StateDict gradients(Map<String, Tensor> parameters, Gradients of) {
    StateDict gradients = new StateDict("gradients");
    parameters.forEach(
        (name, p) -> {
          Tensor g = name.equals(TABLE) ? of.of(p).add(of.of(parameters.get(HEAD))) : of.of(p);
          ifTied(name, () -> gradients.put("grad." + name, g));
        });
    return gradients;
  }

  private static void ifTied(String name, Runnable body) {
    if (!name.equals(HEAD)) {
      body.run();
    }
  }

  private static void write(Path folder, String file, StateDict state) throws IOException {
    new SafetensorsWriter().write(folder.resolve(file), state);
  }

  private static void writeJson(Path folder, StateDict cases, StateDict gradients)
      throws IOException {
    Map<String, Object> config = new LinkedHashMap<>(LlamaConfigJson.toFields(config(true)));
    config.put("system", "llama");
    ConfigFile.write(folder.resolve("config.json"), config);
    Map<String, Object> tolerances = new LinkedHashMap<>();
    tolerances.put("cases.safetensors", tolerances(cases));
    tolerances.put("grads.safetensors", tolerances(gradients));
    ConfigFile.write(folder.resolve("tolerances.json"), tolerances);
  }

  private static Map<String, Object> tolerances(StateDict state) {
    Map<String, Object> tolerances = new LinkedHashMap<>();
    state.names().forEach(name -> tolerances.put(name, name.startsWith("in.") ? 0 : TOLERANCE));
    return tolerances;
  }
}
