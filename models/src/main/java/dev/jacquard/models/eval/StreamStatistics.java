package dev.jacquard.models.eval;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// How well simple means compress a set of byte strings: what a model over them has to beat.
///
/// The compressors see the strings one after the other as a single file, so they may learn from
/// earlier ones, as a trained model has from others.
///
/// @param streams number of strings
/// @param bytes their total length
/// @param entropy order-0 entropy `-Σ p(b) log2 p(b)` of the bytes' own frequencies, in bits per
///   byte
/// @param gzipBytes size under `gzip -9`
/// @param xzBytes size under `xz -9`, or -1 if that program is not installed
public record StreamStatistics(
    int streams, long bytes, double entropy, long gzipBytes, long xzBytes) {

  /// Measures byte strings; runs the program `xz` if there is one.
  ///
  /// @param streams at least one byte in all
  /// @return the figures
  /// @throws IllegalArgumentException if there are no bytes
  /// @throws IOException if temporary files cannot be used
  public static StreamStatistics of(List<byte[]> streams) throws IOException {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] stream : streams) {
      joined.write(stream);
    }
    byte[] all = joined.toByteArray();
    if (all.length == 0) {
      throw new IllegalArgumentException("stream statistics: no bytes; need at least one");
    }
    return new StreamStatistics(streams.size(), all.length, entropy(all), gzip(all), xz(all));
  }

  /// Size under gzip, per byte of the strings.
  ///
  /// @return bits per byte
  public double gzipBitsPerByte() {
    return 8.0 * gzipBytes / bytes;
  }

  /// Size under xz, per byte of the strings.
  ///
  /// @return bits per byte, or nothing if xz is not installed
  public OptionalDouble xzBitsPerByte() {
    return xzBytes < 0 ? OptionalDouble.empty() : OptionalDouble.of(8.0 * xzBytes / bytes);
  }

  private static double entropy(byte[] bytes) {
    long[] counts = new long[256];
    for (byte b : bytes) {
      counts[b & 0xFF]++;
    }
    double bits = 0;
    for (long count : counts) {
      if (count > 0) {
        double p = (double) count / bytes.length;
        bits -= p * Math.log(p) / Math.log(2);
      }
    }
    return bits;
  }

  private static long gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zip = new BestGzip(out)) {
      zip.write(bytes);
    }
    return out.size();
  }

  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }

  private static long xz(byte[] bytes) throws IOException {
    Path in = Files.createTempFile("streams", ".bin");
    Path out = Files.createTempFile("streams", ".xz");
    try {
      Files.write(in, bytes);
      Process process;
      try {
        process =
            new ProcessBuilder("xz", "-9", "--threads=1", "--stdout", in.toString())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
      } catch (IOException _) { // no such program
        return -1;
      }
      return process.waitFor() == 0 ? Files.size(out) : -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stream statistics: interrupted while xz ran", e);
    } finally {
      Files.deleteIfExists(in);
      Files.deleteIfExists(out);
    }
  }
}
