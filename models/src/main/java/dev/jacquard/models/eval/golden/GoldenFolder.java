package dev.jacquard.models.eval.golden;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// An open golden folder: `config.json`, `tolerances.json` and safetensors files.
///
/// `tolerances.json` maps file to tensor to the largest absolute error; 0 means equal. A folder of
/// many small cases has `index.json` instead: groups of cases, each with the tolerances of its
/// tensors in `tol`. Files are opened when first used and closed with the folder, and with them the
/// tensors.
public final class GoldenFolder implements AutoCloseable {
  /// The file of most inputs, activations and outputs.
  public static final String CASES = "cases.safetensors";

  private static final String TOLERANCES = "tolerances.json";
  private static final String INDEX = "index.json";

  private final Path path;
  private final Backend backend;
  private final ConfigFile config;
  private final Map<GoldenTensor, Double> tolerances;
  private final Map<String, Checkpoint> files = new HashMap<>();

  private GoldenFolder(
      Path path, Backend backend, ConfigFile config, Map<GoldenTensor, Double> tolerances) {
    this.path = path;
    this.backend = backend;
    this.config = config;
    this.tolerances = tolerances;
  }

  /// Opens a folder.
  ///
  /// @param path the folder
  /// @param backend who computes
  /// @return the folder, closed by the caller
  /// @throws IOException if `config.json` is missing, or it, `tolerances.json` or `index.json` is
  ///   malformed
  public static GoldenFolder open(Path path, Backend backend) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new NotDirectoryException(path.toString());
    }
    ConfigFile config = ConfigFile.read(path.resolve("config.json"));
    return new GoldenFolder(path, backend, config, readTolerances(path));
  }

  private static SequencedMap<GoldenTensor, Double> readTolerances(Path path) throws IOException {
    SequencedMap<GoldenTensor, Double> tolerances = new LinkedHashMap<>();
    if (Files.exists(path.resolve(TOLERANCES))) {
      ConfigFile root = ConfigFile.read(path.resolve(TOLERANCES));
      for (String name : root.fields().keySet()) {
        add(tolerances, name, root.object(name));
      }
    } else if (Files.exists(path.resolve(INDEX))) {
      ConfigFile groups = ConfigFile.read(path.resolve(INDEX)).object("groups");
      for (String name : groups.fields().keySet()) {
        ConfigFile group = groups.object(name);
        for (ConfigFile one : group.objects("cases")) {
          add(tolerances, group.text("file"), one.object("tol"));
        }
      }
    }
    return tolerances;
  }

  private static void add(Map<GoldenTensor, Double> tolerances, String file, ConfigFile errors)
      throws CheckpointException {
    for (String tensor : errors.fields().keySet()) {
      tolerances.put(new GoldenTensor(file, tensor), errors.doubleValue(tensor));
    }
  }

  /// Where it is.
  ///
  /// @return the folder's path
  public Path path() {
    return path;
  }

  /// Who computes.
  ///
  /// @return the backend of all tensors
  public Backend backend() {
    return backend;
  }

  /// Sizes of the model, as the authors' code names them.
  ///
  /// @return `config.json`
  public ConfigFile config() {
    return config;
  }

  /// The groups of cases of a folder that has them.
  ///
  /// @return `index.json`
  /// @throws IOException if it is missing or malformed
  public ConfigFile index() throws IOException {
    return ConfigFile.read(path.resolve(INDEX));
  }

  /// Which check reads the folder.
  ///
  /// @return value of `system` in `config.json`
  /// @throws CheckpointException if there is none
  public String system() throws CheckpointException {
    return config.text("system");
  }

  /// The tensors to compare, each with the largest absolute error.
  ///
  /// @return unmodifiable, in the order of the file
  public Map<GoldenTensor, Double> tolerances() {
    return Collections.unmodifiableMap(tolerances);
  }

  /// Whether a tensor of [#CASES] exists.
  ///
  /// @param name its key
  /// @return true if [#ids] or [#tensor] has an answer
  /// @throws IOException if the file is missing or malformed
  public boolean has(String name) throws IOException {
    return file(CASES).entries().stream().anyMatch(entry -> entry.name().equals(name));
  }

  /// One tensor of a file, in its own type.
  ///
  /// @param tensor file and key
  /// @return the tensor, valid until the folder is closed
  /// @throws IOException if the file is missing or malformed, or has no such tensor
  public Tensor tensor(GoldenTensor tensor) throws IOException {
    return file(tensor.file()).tensor(backend, tensor.name());
  }

  /// Token ids, labels or indices from [#CASES].
  ///
  /// @param name its key
  /// @return the tensor as i32
  /// @throws IOException if the file is missing or malformed, or has no such tensor
  public Tensor ids(String name) throws IOException {
    return tensor(new GoldenTensor(CASES, name)).to(DType.I32);
  }

  /// All tensors of a file, for a model to load.
  ///
  /// @param file name of the file, for example `model.safetensors`
  /// @return the tensors, valid until the folder is closed
  /// @throws IOException if the file is missing or malformed
  public StateDict weights(String file) throws IOException {
    return file(file).stateDict(backend);
  }

  private Checkpoint file(String name) throws IOException {
    Checkpoint file = files.get(name);
    if (file == null) {
      file = SafetensorsReader.open(path.resolve(name));
      files.put(name, file);
    }
    return file;
  }

  /// Closes all files. Their tensors may not be used afterwards.
  @Override
  public void close() {
    files.values().forEach(Checkpoint::close);
  }
}
