package dev.jacquard.tensor.io.npy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.io.AtomicFiles;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.StoredType;
import dev.jacquard.tensor.io.TensorOutput;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;

/// Writes tensors for NumPy, which knows neither bf16 nor quantised types: those become f32.
public final class NpyWriter {
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int DIRECTORY_ENTRY_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int VERSION = 20;
  private static final int UTF_8 = 1 << 11;
  private static final int DATE = 1 << 5 | 1; // first of January 1980
  private static final int ALIGNMENT = 64;
  private static final long MAX_ZIP = 0xfffffffeL;

  private NpyWriter() {}

  /// Writes an `.npy` file; an older one stays whole if that fails.
  ///
  /// @param target the file; its folder must exist
  /// @param tensor what to write
  /// @throws IOException if writing fails
  public static void write(Path target, Tensor tensor) throws IOException {
    DType type = typeOf(tensor);
    AtomicFiles.write(
        target,
        channel -> {
          AtomicFiles.writeFully(channel, ByteBuffer.wrap(header(tensor, type)));
          TensorOutput.write(channel, tensor, type);
        });
  }

  /// Writes an `.npz` file, stored and aligned so that readers may map it; an older one stays whole
  /// if that fails.
  ///
  /// @param target the file; its folder must exist
  /// @param state what to write
  /// @throws IOException if writing fails, or the file would exceed 4 GiB
  public static void write(Path target, StateDict state) throws IOException {
    AtomicFiles.write(target, channel -> writeZip(channel, state, target));
  }

  private static DType typeOf(Tensor tensor) {
    DType type = tensor.dtype();
    return type == DType.BF16 || type.isQuantized() ? DType.F32 : type;
  }

  private static byte[] header(Tensor tensor, DType type) {
    return NpyHeader.write(StoredType.of(type), tensor.shape().toArray());
  }

  private static void writeZip(FileChannel channel, StateDict state, Path target)
      throws IOException {
    ByteBuffer directory =
        ByteBuffer.allocate(directoryBytes(state)).order(ByteOrder.LITTLE_ENDIAN);
    for (Map.Entry<String, Tensor> entry : state.tensors().entrySet()) {
      byte[] name = (entry.getKey() + ".npy").getBytes(StandardCharsets.UTF_8);
      writeItem(channel, name, entry.getValue(), directory);
      if (channel.position() > MAX_ZIP) {
        throw new IOException("npz: file exceeds 4 GiB; %s; write safetensors".formatted(target));
      }
    }
    long from = channel.position();
    int count = state.size();
    int size = directory.position();
    directory.putInt(0x06054b50).putInt(0).putShort((short) count).putShort((short) count);
    directory.putInt(size).putInt((int) from).putShort((short) 0);
    AtomicFiles.writeFully(channel, directory.flip());
  }

  private static int directoryBytes(StateDict state) throws IOException {
    if (state.size() > 0xfffe) {
      throw new IOException("npz: %d arrays; need at most 65534".formatted(state.size()));
    }
    int bytes = END_BYTES;
    for (String name : state.names()) {
      bytes += DIRECTORY_ENTRY_BYTES + name.getBytes(StandardCharsets.UTF_8).length + 4;
    }
    return bytes;
  }

  private static void writeItem(
      FileChannel channel, byte[] name, Tensor tensor, ByteBuffer directory) throws IOException {
    DType type = typeOf(tensor);
    byte[] header = header(tensor, type);
    TensorScope.<Boolean, IOException>call(
        "write npz",
        () -> {
          var data = tensor.contiguous().to(type).segment();
          CRC32 crc = new CRC32();
          crc.update(header);
          for (long at = 0; at < data.byteSize(); at += Integer.MAX_VALUE) {
            long length = Math.min(Integer.MAX_VALUE, data.byteSize() - at);
            crc.update(data.asSlice(at, length).asByteBuffer());
          }
          long size = Math.min(MAX_ZIP, header.length + data.byteSize());
          long at = channel.position();
          int extra = padding(at + LOCAL_HEADER_BYTES + name.length);
          ByteBuffer local =
              ByteBuffer.allocate(LOCAL_HEADER_BYTES + name.length + extra)
                  .order(ByteOrder.LITTLE_ENDIAN);
          local.putInt(0x04034b50).putShort((short) VERSION);
          putCommon(local, crc.getValue(), size, name.length, extra);
          local.put(name);
          if (extra > 0) {
            local.putShort((short) 0x4a51).putShort((short) (extra - 4)); // a field of our own
          }
          AtomicFiles.writeFully(channel, local.rewind());
          AtomicFiles.writeFully(channel, ByteBuffer.wrap(header));
          AtomicFiles.writeFully(channel, data);
          directory.putInt(0x02014b50).putShort((short) VERSION).putShort((short) VERSION);
          putCommon(directory, crc.getValue(), size, name.length, 0);
          directory.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
          directory.putInt((int) at).put(name);
          return true;
        });
  }

  /// Bytes of an extra field, none or at least 4, after which the position is aligned.
  private static int padding(long position) {
    int padding = (int) Math.floorMod(-position, (long) ALIGNMENT);
    return padding > 0 && padding < 4 ? padding + ALIGNMENT : padding;
  }

  /// From the flags to the length of the extra field.
  private static void putCommon(
      ByteBuffer to, long crc, long size, int nameLength, int extraLength) {
    to.putShort((short) UTF_8).putShort((short) 0).putShort((short) 0).putShort((short) DATE);
    to.putInt((int) crc).putInt((int) size).putInt((int) size);
    to.putShort((short) nameLength).putShort((short) extraLength);
  }
}
