package dev.jacquard.models.eval.golden;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.var.ScaleInputs;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.models.var.VarTokenizerWeights;
import dev.jacquard.models.vq.VqConfig;
import dev.jacquard.models.vq.VqModel;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the golden checks of next-scale systems share: the tokenizer of their codes, and tokens map
/// by map.
final class GoldenTokenizers {
  private static final String INSIDE = "vae.safetensors";
  private static final String BESIDE = "var-vqvae";

  private GoldenTokenizers() {}

  /// The tokenizer: `vae.safetensors` of the folder, or the model of a folder beside it whose sizes
  /// fit; of several, the one that gives the expected `fwd.var_input`.
  ///
  /// @param ids of each map, known
  static VqModel find(GoldenFolder folder, ConfigFile vae, List<Integer> sides, List<Tensor> ids)
      throws IOException {
    VqConfig config = VarTokenizerWeights.config(vae, sides);
    if (Files.exists(folder.path().resolve(INSIDE))) {
      return load(config, folder.path().resolve(INSIDE), folder.backend());
    }
    VqModel best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Path path : beside(folder, config)) {
      VqModel model = load(config, path, folder.backend());
      double error = error(model, folder, ids);
      if (best == null || error < least) {
        best = model;
        least = error;
      }
    }
    if (best == null) {
      throw new CheckpointException(
          "no tokenizer; need %s here, or a folder beside it of system %s and the same sizes"
              .formatted(INSIDE, BESIDE),
          folder.path().toString());
    }
    return best;
  }

  private static List<Path> beside(GoldenFolder folder, VqConfig config) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> siblings = Files.list(folder.path().toAbsolutePath().resolveSibling("."))) {
      for (Path sibling : siblings.sorted().toList()) {
        Path file = sibling.resolve("config.json");
        if (Files.exists(file)) {
          ConfigFile other = ConfigFile.read(file);
          if (other.has("system")
              && other.text("system").equals(BESIDE)
              && VarTokenizerWeights.config(other, config.quantizer().levels()).equals(config)) {
            files.add(sibling.resolve("model.safetensors"));
          }
        }
      }
    }
    return files;
  }

  private static double error(VqModel model, GoldenFolder folder, List<Tensor> ids)
      throws IOException {
    if (!folder.has("fwd.var_input")) {
      return 0;
    }
    Tensor expected = folder.tensor(new GoldenTensor(GoldenFolder.CASES, "fwd.var_input"));
    Tensor actual = ScaleInputs.of((MultiScaleResidualQuantizer) model.quantizer(), ids);
    return RegressionLosses.absolute(actual, expected).item();
  }

  private static VqModel load(VqConfig config, Path path, Backend backend) throws IOException {
    VqModel model = new VqModel(config, Parameters.random(backend, 0));
    try (Checkpoint file = SafetensorsReader.open(path)) {
      int levels = config.decoderMultipliers().size();
      model.parameters().load(VarTokenizerWeights.fitted(file.stateDict(backend), levels));
    }
    return model;
  }

  /// What transformers over maps are given.
  ///
  /// @param labels `[B]`, i32
  /// @param ids `[B, n]` of each map
  /// @param tokenizer of the codes
  /// @param latents `[B, L - n₀, d]`, what the maps but the first are predicted from
  record Inputs(Tensor labels, List<Tensor> ids, VqModel tokenizer, Tensor latents) {}

  /// Reads `in.label` and `in.idx*`, and compares what the tokenizer makes of them.
  static Inputs inputs(GoldenFolder folder, ConfigFile vae, VarConfig config, GoldenReport report)
      throws IOException {
    Tensor labels = folder.ids("in.label");
    report.compare(GoldenFolder.CASES, "in.label", labels);
    List<Tensor> ids = ids(folder, GoldenFolder.CASES, config, report);
    VqModel tokenizer = find(folder, vae, config.sides(), ids);
    Tensor latents = ScaleInputs.of((MultiScaleResidualQuantizer) tokenizer.quantizer(), ids);
    report.compare(GoldenFolder.CASES, "fwd.var_input", latents);
    return new Inputs(labels, ids, tokenizer, latents);
  }

  /// The inputs `in.idx0` to `in.idx{K-1}`, which are compared on the way.
  static List<Tensor> ids(GoldenFolder folder, String file, VarConfig config, GoldenReport report)
      throws IOException {
    List<Tensor> ids = new ArrayList<>();
    for (int k = 0; k < config.sides().size(); k++) {
      String name = "in.idx" + k;
      Tensor map = folder.tensor(new GoldenTensor(file, name)).to(DType.I32); // [B, n]
      report.compare(file, name, map);
      ids.add(map);
    }
    return ids;
  }

  /// `[B, L]` of `[B, n]` of each map.
  static Tensor joined(List<Tensor> ids) {
    List<Tensor> floats = ids.stream().map(map -> map.to(DType.F32)).toList();
    return ConcatOp.apply(1, floats).to(DType.I32); // small numbers are exact
  }

  /// A mask as numbers to add.
  static Tensor bias(Backend backend, AttentionMask mask) {
    float[] bias = new float[mask.queries() * mask.keys()];
    for (int i = 0; i < bias.length; i++) {
      int query = i / mask.keys();
      int key = i % mask.keys();
      bias[i] = key >= mask.from(query) && key < mask.to(query) ? 0 : Float.NEGATIVE_INFINITY;
    }
    return Tensor.of(backend, Shape.of(mask.queries(), mask.keys()), bias);
  }

  /// A number that only the README of a folder tells, in the line of a tensor: `{'cfg': 2.0, ...}`.
  ///
  /// @param tensor whose line to read
  /// @param name of the option
  /// @param usual its value if the README does not say
  static double option(GoldenFolder folder, String tensor, String name, double usual)
      throws IOException {
    Path readme = folder.path().resolve("README.md");
    if (Files.exists(readme)) {
      Pattern value = Pattern.compile("'" + Pattern.quote(name) + "': ([0-9.]+)");
      for (String line : Files.readAllLines(readme)) {
        Matcher found = value.matcher(line);
        if (line.contains("`" + tensor + "`") && found.find()) {
          return Double.parseDouble(found.group(1));
        }
      }
    }
    return usual;
  }
}
