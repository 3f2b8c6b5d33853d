package dev.jacquard.models.registry;

import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Finds model folders: by path, or bundled ones by name.
public final class ModelFolders {
  private ModelFolders() {}

  /// The folder or file that a user means.
  ///
  /// @param model path of a model folder or of a published file, or name of a bundled model
  /// @param home where Jacquard is installed or cloned
  /// @return an existing folder with `config.json`, or an existing file
  /// @throws IOException if there is none; names the bundled models
  public static Path find(String model, Path home) throws IOException {
    if (Files.isRegularFile(Path.of(model))) {
      return Path.of(model);
    }
    Path bundled = bundledRoot(home).resolve(model);
    for (Path folder : List.of(Path.of(model), bundled)) {
      if (Files.isRegularFile(folder.resolve("config.json"))) {
        return folder;
      }
    }
    throw new CheckpointException(
        "no model folder (with config.json), and no bundled model of that name; bundled are %s"
            .formatted(bundled(home)),
        model);
  }

  /// Names of the bundled models.
  ///
  /// @param home where Jacquard is installed or cloned
  /// @return in alphabetical order
  /// @throws IOException if the folder cannot be read
  public static List<String> bundled(Path home) throws IOException {
    Path root = bundledRoot(home);
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .filter(folder -> Files.isRegularFile(folder.resolve("config.json")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  private static Path bundledRoot(Path home) {
    return home.resolve("models").resolve("pretrained");
  }
}
