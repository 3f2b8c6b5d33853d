package dev.jacquard.tensor.io.torch;

import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.FileCursor;
import dev.jacquard.tensor.io.MappedFile;
import dev.jacquard.tensor.io.StoredType;
import dev.jacquard.tensor.io.zip.ZipDirectory;
import dev.jacquard.tensor.io.zip.ZipItem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads `.pt` and `.pth` files: state dictionaries, and whatever else is made of dictionaries,
/// lists, tuples, numbers, texts and tensors, such as the state of an optimiser.
///
/// ```java
/// try (Checkpoint file = TorchReader.open(Path.of("model.pth"))) {
///   Tensor w = file.toF32(backend, "model.conv1.weight"); // keys and positions joined by dots
/// }
/// ```
///
/// Numbers and texts beside the tensors are in the metadata. Nothing in the file is executed; names
/// of other classes than those of checkpoints are refused.
public final class TorchReader {
  /* Zip form (PyTorch 1.6 and later): NAME/data.pkl, a pickle whose persistent ids name storages; NAME/data/KEY,
   * a storage each; NAME/byteorder. Older form: pickles of a magic number, 1001, a description of the machine,
   * the value, and the list of storage keys; then for each key the number of elements and the elements. */

  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long LEGACY_VERSION = 1001;
  private static final String PICKLE = "/data.pkl";
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private final MappedFile file;
  private final Map<String, TorchStorage> storages = new LinkedHashMap<>();

  private TorchReader(MappedFile file) {
    this.file = file;
  }

  /// Opens a file and reads everything but the storages.
  ///
  /// @param file what `torch.save` wrote
  /// @return the open file, closed by the caller
  /// @throws CheckpointException if it is malformed, or needs more than data to be read
  /// @throws IOException if it cannot be read
  public static Checkpoint open(Path file) throws IOException {
    MappedFile mapped = MappedFile.open(file);
    try {
      return new TorchReader(mapped).read();
    } catch (IOException | RuntimeException e) {
      mapped.close();
      throw e;
    }
  }

  private Checkpoint read() throws CheckpointException {
    long head = Math.min(ZIP.length, file.size());
    byte[] start = file.bytes().asSlice(0, head).toArray(ValueLayout.JAVA_BYTE);
    return TorchFormat.startsWith(start, ZIP) ? readZip() : readLegacy();
  }

  // ---- zip form ----

  private Checkpoint readZip() throws CheckpointException {
    ZipDirectory zip = ZipDirectory.read(file);
    List<String> pickles = zip.items().keySet().stream().filter(n -> n.endsWith(PICKLE)).toList();
    if (pickles.size() != 1) {
      throw file.problem(
          "no file of torch.save; %d files data.pkl; need 1".formatted(pickles.size()), 0);
    }
    String folder = pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
    ZipItem program = zip.items().get(folder + "/constants.pkl");
    if (program != null) {
      throw file.problem("a TorchScript program; need a state dictionary", program.offsetBytes());
    }
    checkOrder(zip, zip.items().get(folder + "/byteorder"));
    ZipItem item = Objects.requireNonNull(zip.items().get(pickles.getFirst()));
    MemorySegment pickle = zip.contents(item);
    zip.checkCrc(item, pickle);
    Object root =
        new PickleMachine(new FileCursor(file, pickle, item.offsetBytes()), this::storage).run();
    Map<String, MemorySegment> data = new HashMap<>();
    for (TorchStorage storage : storages.values()) {
      data.put(storage.key(), contents(zip, folder, storage));
    }
    return new TorchCheckpoint(file, root, data);
  }

  private void checkOrder(ZipDirectory zip, @Nullable ZipItem order) throws CheckpointException {
    if (order != null && order.bytes() < 16) {
      byte[] text = zip.contents(order).toArray(ValueLayout.JAVA_BYTE);
      if (!new String(text, StandardCharsets.UTF_8).strip().equals("little")) {
        throw file.problem("numbers are not little-endian", order.offsetBytes());
      }
    }
  }

  private MemorySegment contents(ZipDirectory zip, String folder, TorchStorage storage)
      throws CheckpointException {
    ZipItem item = zip.items().get(folder + "/data/" + storage.key());
    if (item == null) {
      throw file.problem("storage \"%s\" is missing".formatted(storage.key()), 0);
    }
    if (item.bytes() < storage.bytes()) {
      throw file.problem(
          "storage \"%s\" is too small; %d bytes; need %d"
              .formatted(storage.key(), item.bytes(), storage.bytes()),
          item.offsetBytes());
    }
    return zip.contents(item).asSlice(0, storage.bytes());
  }

  /// A persistent id: "storage", its class, key, device, number of elements; in the older form also
  /// a view of another storage, which is not written any more.
  private TorchStorage storage(Tuple id) {
    if (!id.get(0, String.class).equals("storage")
        || (id.size() > 5 && id.items().get(5) != null)) {
      throw new ClassCastException("no storage");
    }
    PickleClass type = id.get(1, PickleClass.class);
    TorchStorage storage =
        new TorchStorage(
            type.meaning() instanceof StoredType known ? known : null,
            id.get(2, String.class),
            Math.max(0, id.get(4, Long.class)));
    TorchStorage known = storages.putIfAbsent(storage.key(), storage);
    if (known != null && known.bytes() != storage.bytes()) {
      throw new ArithmeticException(
          "storage \"%s\" has %d and %d bytes"
              .formatted(storage.key(), known.bytes(), storage.bytes()));
    }
    return storage;
  }

  // ---- older form ----

  private Checkpoint readLegacy() throws CheckpointException {
    FileCursor in = new FileCursor(file);
    if (!MAGIC.equals(unpickle(in))) {
      throw file.problem("no file of torch.save: neither a zip file nor its magic number", 0);
    }
    long versionAt = in.position();
    if (!Long.valueOf(LEGACY_VERSION).equals(unpickle(in))) {
      throw in.problemAt("another version of torch.save; need " + LEGACY_VERSION, versionAt);
    }
    long systemAt = in.position();
    if (unpickle(in) instanceof Map<?, ?> system
        && Boolean.FALSE.equals(system.get("little_endian"))) {
      throw in.problemAt("numbers are not little-endian", systemAt);
    }
    Object root = unpickle(in);
    long keysAt = in.position();
    if (!(unpickle(in) instanceof List<?> keys)) {
      throw in.problemAt("no list of storages", keysAt);
    }
    Map<String, MemorySegment> data = new HashMap<>();
    for (Object key : keys) {
      TorchStorage storage = storages.get(String.valueOf(key));
      long elements = in.i64();
      if (storage == null || storage.elements() != elements) {
        throw in.problem("storage \"%s\" of %d elements fits no tensor".formatted(key, elements));
      }
      data.put(storage.key(), in.slice(storage.bytes()));
    }
    for (String key : storages.keySet()) {
      if (!data.containsKey(key)) {
        throw in.problem("storage \"%s\" is missing".formatted(key));
      }
    }
    return new TorchCheckpoint(file, root, data);
  }

  private @Nullable Object unpickle(FileCursor in) throws CheckpointException {
    return new PickleMachine(in, this::storage).run();
  }
}
