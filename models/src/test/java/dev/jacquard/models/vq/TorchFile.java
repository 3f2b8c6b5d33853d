package dev.jacquard.models.vq;

import dev.jacquard.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes what `torch.save` writes of nested dictionaries of f32 tensors and numbers: a stored zip
/// with a pickle of protocol 2 and one file for each tensor.
public final class TorchFile {
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final Map<String, float[]> storages = new LinkedHashMap<>();

  /// Writes a file.
  public static void write(Path file, Map<String, ?> contents) throws IOException {
    TorchFile torch = new TorchFile();
    torch.pickle.write(0x80);
    torch.pickle.write(2);
    torch.value(contents);
    torch.pickle.write('.');
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      add(zip, "archive/data.pkl", torch.pickle.toByteArray());
      for (Map.Entry<String, float[]> storage : torch.storages.entrySet()) {
        ByteBuffer bytes =
            ByteBuffer.allocate(4 * storage.getValue().length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(storage.getValue());
        add(zip, "archive/data/" + storage.getKey(), bytes.array());
      }
    }
  }

  private void value(Object value) {
    switch (value) {
      case Map<?, ?> map -> {
        pickle.write('}');
        pickle.write('(');
        map.forEach(
            (name, item) -> {
              text(String.valueOf(name));
              value(item);
            });
        pickle.write('u');
      }
      case Tensor tensor -> tensor(tensor);
      case Integer number -> integer(number);
      default -> throw new IllegalArgumentException("no way to pickle " + value);
    }
  }

  private void tensor(Tensor tensor) {
    String key = Integer.toString(storages.size());
    float[] values = tensor.detach().toFloats();
    storages.put(key, values);
    global("torch._utils", "_rebuild_tensor_v2");
    pickle.write('(');
    pickle.write('(');
    text("storage");
    global("torch", "FloatStorage");
    text(key);
    text("cpu");
    integer(values.length);
    pickle.write('t');
    pickle.write('Q');
    integer(0);
    tuple(tensor.shape().toArray());
    tuple(tensor.shape().contiguousStrides());
    pickle.write(0x89); // requires no gradient
    global("collections", "OrderedDict");
    pickle.write(')');
    pickle.write('R');
    pickle.write('t');
    pickle.write('R');
  }

  private void tuple(long... sizes) {
    pickle.write('(');
    for (long size : sizes) {
      integer((int) size);
    }
    pickle.write('t');
  }

  private void integer(int number) {
    pickle.write('J');
    pickle.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    pickle.write('X');
    pickle.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length).array());
    pickle.writeBytes(bytes);
  }

  private void global(String module, String name) {
    pickle.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void add(ZipOutputStream zip, String name, byte[] contents) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(contents);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(contents.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(contents);
    zip.closeEntry();
  }
}
