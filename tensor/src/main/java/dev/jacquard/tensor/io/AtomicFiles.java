package dev.jacquard.tensor.io;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/// Writes files so that a reader, a full disk or a killed process never meets half of one.
///
/// The contents go to a hidden file beside the target, are forced to the disk, and are then moved
/// over the target in one step. If anything fails the target stays as it was and the hidden file is
/// removed; only a killed process leaves it behind, as `.NAME.*.tmp`.
public final class AtomicFiles {
  private static final boolean FOLDERS_CAN_BE_FORCED =
      !System.getProperty("os.name", "").startsWith("Windows");

  private static final long MAX_WRITE = 1 << 24; // bytes at a time

  private AtomicFiles() {}

  /// Produces the contents of a file.
  @FunctionalInterface
  public interface Contents {
    /// Writes everything.
    ///
    /// @param channel an empty file, positioned at its start
    /// @throws IOException if writing fails
    void writeTo(FileChannel channel) throws IOException;
  }

  /// Writes a file, or replaces it as a whole.
  ///
  /// @param target the file; its folder must exist
  /// @param contents what to write
  /// @throws IOException if writing or moving fails; the older file is whole
  public static void write(Path target, Contents contents) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("write: not a file; " + target + "; need the path of a file");
    }
    Path beside = folder.resolve(".%s.%s.tmp".formatted(target.getFileName(), UUID.randomUUID()));
    try {
      try (FileChannel channel = FileChannel.open(beside, CREATE_NEW, WRITE)) {
        contents.writeTo(channel);
        channel.force(true);
      }
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw named(target, e);
    } finally {
      Files.deleteIfExists(beside);
    }
    if (FOLDERS_CAN_BE_FORCED) {
      try (FileChannel entries = FileChannel.open(folder, READ)) {
        entries.force(true); // else a power cut may undo the move
      }
    }
  }

  /// Writes bytes, as [#write(Path, Contents)].
  ///
  /// @param target the file; its folder must exist
  /// @param bytes all of its contents
  /// @throws IOException if writing or moving fails; the older file is whole
  public static void write(Path target, byte[] bytes) throws IOException {
    write(target, channel -> writeFully(channel, ByteBuffer.wrap(bytes)));
  }

  /// Writes a text in UTF-8, as [#write(Path, Contents)].
  ///
  /// @param target the file; its folder must exist
  /// @param text all of its contents
  /// @throws IOException if writing or moving fails; the older file is whole
  public static void write(Path target, String text) throws IOException {
    write(target, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Channels report a full disk without saying which file they wrote.
  private static IOException named(Path target, IOException failure) {
    return failure.getClass() == IOException.class
        ? new IOException(target + ": " + failure.getMessage(), failure)
        : failure;
  }

  /// Writes memory of any size.
  ///
  /// @param channel where to
  /// @param bytes what to write
  /// @throws IOException if writing fails
  public static void writeFully(FileChannel channel, MemorySegment bytes) throws IOException {
    for (long from = 0; from < bytes.byteSize(); from += MAX_WRITE) {
      long count = Math.min(MAX_WRITE, bytes.byteSize() - from);
      writeFully(channel, bytes.asSlice(from, count).asByteBuffer());
    }
  }

  /// Writes what is left of a buffer.
  ///
  /// @param channel where to
  /// @param buffer what to write
  /// @throws IOException if writing fails
  public static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
