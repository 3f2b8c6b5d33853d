package dev.jacquard.models.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// All pictures under a folder, read when asked for.
///
/// PNG, JPEG, BMP and GIF files count, at any depth; other files and hidden ones are passed over.
/// They are sorted by their path with `/` between the parts, so the order is the same everywhere.
/// The first folder on a picture's way is its class; pictures at the top have none.
public final class ImageFolderSet implements ImageSet {
  private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "bmp", "gif");

  private final Path folder;
  private final List<String> names;
  private final List<String> labelNames;
  private final int[] labels;

  private ImageFolderSet(Path folder, List<String> names) {
    this.folder = folder;
    this.names = names;
    TreeSet<String> classes = new TreeSet<>();
    names.stream()
        .filter(ImageFolderSet::hasClass)
        .map(ImageFolderSet::className)
        .forEach(classes::add);
    labelNames = List.copyOf(classes);
    labels = names.stream().mapToInt(this::labelOf).toArray();
  }

  /// Lists the pictures of a folder; none is opened yet.
  ///
  /// @param folder an existing folder
  /// @return the set, of at least one picture
  /// @throws ImageDataException if the folder is missing, is a file, or holds no picture
  /// @throws IOException if a folder cannot be listed
  public static ImageFolderSet open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      String problem = Files.exists(folder) ? "not a folder" : "no such folder";
      throw new ImageDataException(folder, problem);
    }
    List<String> names;
    try (Stream<Path> files = Files.walk(folder)) {
      names =
          files
              .filter(Files::isRegularFile)
              .map(file -> slashed(folder.relativize(file)))
              .filter(ImageFolderSet::isPicture)
              .sorted(Comparator.naturalOrder())
              .toList();
    } catch (UncheckedIOException e) {
      throw new ImageDataException(folder, "cannot list the folder (" + e.getCause() + ")", e);
    }
    if (names.isEmpty()) {
      throw new ImageDataException(
          folder, "no pictures in the folder; need .png, .jpg, .jpeg, .bmp or .gif files");
    }
    return new ImageFolderSet(folder, names);
  }

  private static String slashed(Path relative) {
    return String.join(
        "/",
        IntStream.range(0, relative.getNameCount())
            .mapToObj(i -> relative.getName(i).toString())
            .toList());
  }

  private static boolean isPicture(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    boolean hidden = name.startsWith(".") || name.contains("/.");
    return !hidden && EXTENSIONS.contains(extension);
  }

  private static boolean hasClass(String name) {
    return name.indexOf('/') >= 0;
  }

  private static String className(String name) {
    return name.substring(0, name.indexOf('/'));
  }

  private int labelOf(String name) {
    return hasClass(name) ? labelNames.indexOf(className(name)) : -1;
  }

  @Override
  public int size() {
    return names.size();
  }

  @Override
  public Picture image(int index) throws ImageDataException {
    return PictureFiles.read(folder.resolve(names.get(index)));
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public List<String> labelNames() {
    return labelNames;
  }

  /// @return the path within the folder, with `/` between its parts
  @Override
  public String name(int index) {
    return names.get(index);
  }
}
