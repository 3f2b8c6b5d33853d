package dev.jacquard.models.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reads files that may be gzipped.
final class Gzip {
  private static final int MAX_BYTES = 1 << 30; // guards against bombs; MNIST takes 47 MB

  private Gzip() {}

  static boolean isGzip(byte[] start) {
    return start.length >= 2 && (start[0] & 0xFF) == 0x1F && (start[1] & 0xFF) == 0x8B;
  }

  /// The content of a file, unzipped if it starts like a gzip file.
  static byte[] readMaybeZipped(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      in.mark(2);
      boolean zipped = isGzip(in.readNBytes(2));
      in.reset();
      byte[] bytes = (zipped ? new GZIPInputStream(in) : in).readNBytes(MAX_BYTES);
      if (bytes.length == MAX_BYTES) {
        throw new ImageDataException(file, "file too large; at most %d bytes".formatted(MAX_BYTES));
      }
      return bytes;
    } catch (EOFException | ZipException e) {
      throw new ImageDataException(file, "damaged or truncated gzip file (" + e + ")", e);
    }
  }
}
