package dev.jacquard.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The class path that users of `models` get, as the build wrote it down.
final class RuntimeClassPath {

  private RuntimeClassPath() {}

  /// Jars and, for modules of this build that are not packed yet, folders of classes.
  static List<Path> entries() throws IOException {
    String written = Files.readString(Path.of("target/runtime-class-path.txt")).strip();
    Stream<String> dependencies = Stream.of(written.split(System.getProperty("path.separator")));
    return Stream.concat(Stream.of("target/classes"), dependencies).map(Path::of).toList();
  }

  static long sizeBytes(Path entry) {
    try (Stream<Path> files = Files.walk(entry)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
