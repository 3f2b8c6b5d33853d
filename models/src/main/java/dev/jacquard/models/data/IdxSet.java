package dev.jacquard.models.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Grey pictures and their labels from a pair of IDX files, the form of MNIST and its relatives.
///
/// An IDX file is `00 00 08 n`, then n sizes as big-endian 32-bit numbers, then the bytes; n is 3
/// for pictures (count, rows, columns) and 1 for labels. Files may be gzipped. Two spellings of the
/// names are in use, `train-images-idx3-ubyte` and `train-images.idx3-ubyte`; both are known here.
///
/// Source: LeCun, Cortes & Burges, The MNIST database of handwritten digits.
public final class IdxSet implements ImageSet {
  private static final int IMAGES_MAGIC = 0x00000803;
  private static final int LABELS_MAGIC = 0x00000801;
  private static final Pattern IMAGES_NAME =
      Pattern.compile("(.*images)([-.])idx3(-ubyte(\\.gz)?)");

  private final int rows;
  private final int columns;
  private final byte[] images;
  private final byte[] labels; // empty if there are none
  private final List<String> labelNames;

  private IdxSet(Idx images, byte[] labels) {
    rows = images.sizes[1];
    columns = images.sizes[2];
    this.images = images.bytes;
    this.labels = labels;
    int classes =
        IntStream.range(0, labels.length).map(i -> (labels[i] & 0xFF) + 1).max().orElse(0);
    labelNames = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /// Opens a file of pictures together with the file of labels beside it, if there is one; or, of a
  /// folder, the training pictures (the only ones, if there is but one such file).
  ///
  /// Differs: a folder's test file is not joined in, so that it stays unseen by what is trained on
  /// the folder. Name it to open it.
  ///
  /// @param path an images file, or a folder that holds one
  /// @return the set
  /// @throws ImageDataException if there is no such file, or it is no IDX file of pictures, is cut
  ///   short, or does not fit its labels
  /// @throws IOException if a file cannot be read
  public static IdxSet open(Path path) throws IOException {
    Path images = Files.isDirectory(path) ? imagesFile(path) : path;
    Idx idx = Idx.read(images, IMAGES_MAGIC, "pictures");
    Optional<Path> labelsFile = labelsFile(images);
    if (labelsFile.isEmpty()) {
      return new IdxSet(idx, new byte[0]);
    }
    Idx labels = Idx.read(labelsFile.get(), LABELS_MAGIC, "labels");
    if (labels.sizes[0] != idx.sizes[0]) {
      throw new ImageDataException(
          labelsFile.get(),
          "labels do not fit the pictures; %d labels, %d pictures"
              .formatted(labels.sizes[0], idx.sizes[0]));
    }
    return new IdxSet(idx, labels.bytes);
  }

  /// Whether a folder holds an IDX file of pictures, judged by the names alone.
  ///
  /// @param folder an existing folder
  /// @return true if [#open] would find one
  /// @throws IOException if the folder cannot be listed
  static boolean isIdxFolder(Path folder) throws IOException {
    return !imagesFiles(folder).isEmpty();
  }

  /// Whether a file starts like an uncompressed IDX file of pictures.
  static boolean isIdx(byte[] start) {
    return start.length >= 4 && ByteBuffer.wrap(start).getInt() == IMAGES_MAGIC;
  }

  private static List<Path> imagesFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> IMAGES_NAME.matcher(nameOf(file)).matches()).sorted().toList();
    }
  }

  private static Path imagesFile(Path folder) throws IOException {
    List<Path> files = imagesFiles(folder);
    if (files.size() == 1) {
      return files.getFirst();
    }
    List<Path> train = files.stream().filter(file -> nameOf(file).contains("train")).toList();
    if (train.isEmpty()) {
      throw new ImageDataException(
          folder, "no IDX file of training pictures; need one like train-images-idx3-ubyte");
    }
    Path first = train.getFirst(); // a plain file sorts before its .gz
    for (Path other : train) {
      if (!nameOf(other).equals(nameOf(first) + ".gz") && !other.equals(first)) {
        throw new ImageDataException(
            folder,
            "several IDX files of training pictures, %s and %s; name one"
                .formatted(nameOf(first), nameOf(other)));
      }
    }
    return first;
  }

  /// Either spelling, gzipped or not: the first that exists beside the images.
  private static Optional<Path> labelsFile(Path images) {
    Matcher name = IMAGES_NAME.matcher(nameOf(images));
    if (!name.matches()) {
      return Optional.empty();
    }
    String stem = name.group(1).replaceFirst("images$", "labels");
    return Stream.of("-idx1-ubyte", ".idx1-ubyte", "-idx1-ubyte.gz", ".idx1-ubyte.gz")
        .map(ending -> images.resolveSibling(stem + ending))
        .filter(Files::exists)
        .findFirst();
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  @Override
  public int size() {
    return images.length / (rows * columns);
  }

  @Override
  public Picture image(int index) {
    Objects.checkIndex(index, size());
    byte[] samples = new byte[rows * columns];
    System.arraycopy(images, index * samples.length, samples, 0, samples.length);
    return new Picture(columns, rows, 1, samples);
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, size());
    return labels.length == 0 ? -1 : labels[index] & 0xFF;
  }

  /// @return `"0"`, `"1"`, ... up to the largest label
  @Override
  public List<String> labelNames() {
    return labelNames;
  }

  /// @return the number of the picture in its file, counted from 0
  @Override
  public String name(int index) {
    return Integer.toString(Objects.checkIndex(index, size()));
  }

  /// One IDX file in memory.
  private static final class Idx {
    final int[] sizes;
    final byte[] bytes;

    private Idx(int[] sizes, byte[] bytes) {
      this.sizes = sizes;
      this.bytes = bytes;
    }

    static Idx read(Path file, int magic, String what) throws IOException {
      if (!Files.isRegularFile(file)) {
        throw new ImageDataException(file, "no such file; need an IDX file of " + what);
      }
      ByteBuffer in = ByteBuffer.wrap(Gzip.readMaybeZipped(file));
      int rank = magic & 0xFF;
      if (in.remaining() < 4 || in.getInt() != magic) {
        throw new ImageDataException(
            file, "not an IDX file of %s; need it to start with %08x".formatted(what, magic));
      }
      if (in.remaining() < 4 * rank) {
        throw new ImageDataException(file, "IDX header cut short");
      }
      int[] sizes = new int[rank];
      long need = 1;
      for (int i = 0; i < rank; i++) {
        sizes[i] = in.getInt();
        if (sizes[i] < 1) {
          throw new ImageDataException(
              file, "IDX size %d of %d is %d; need at least 1".formatted(i + 1, rank, sizes[i]));
        }
        need = Math.min(need, 1L << 31) * sizes[i]; // exact unless far too large
      }
      if (need != in.remaining()) {
        throw new ImageDataException(
            file,
            "IDX data of the wrong length; %d bytes after the header, need %d"
                .formatted(in.remaining(), need));
      }
      byte[] bytes = new byte[in.remaining()];
      in.get(bytes);
      return new Idx(sizes, bytes);
    }
  }
}
