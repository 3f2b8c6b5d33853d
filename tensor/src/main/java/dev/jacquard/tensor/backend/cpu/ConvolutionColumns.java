package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// The matrix that turns a convolution into a matrix product: a row for each weight that an output
/// pixel meets (a *tap*), a column for each output pixel of all images. It never exists as a whole;
/// kernels copy the block they need.
///
/// Element `[k, n]` lies `taps[k]` floats after the origin of pixel `n`.
final class ConvolutionColumns {
  /// Gathers every second lane: from lane 0 in the lower half, from lane 1 in the upper.
  private static final VectorShuffle<Float> EVERY_SECOND =
      VectorShuffle.fromOp(FLOATS, i -> i < LANES / 2 ? 2 * i : 2 * i - LANES + 1);

  private static final VectorMask<Float> UPPER = FLOATS.indexInRange(-LANES / 2, LANES / 2);

  private final ImagePlanes planes;
  private final int channels;
  private final int channelsOfGroup;
  private final long[] taps;
  private final int batch;
  private final int width;
  private final int pixels;
  private final int stepY;
  private final int stepX;

  /// Describes the matrix.
  ///
  /// @param planes `batch · channels` planes
  /// @param taps for each row the distance in floats from a pixel's origin in the first plane of a
  ///   group
  /// @param height rows of output pixels in an image
  /// @param width output pixels in a row
  /// @param stepY rows from one output pixel's origin to the next below
  /// @param stepX columns from one output pixel's origin to the next
  ConvolutionColumns(
      ImagePlanes planes,
      int batch,
      int channels,
      int groups,
      long[] taps,
      int height,
      int width,
      int stepY,
      int stepX) {
    this.planes = planes;
    this.batch = batch;
    this.channels = channels;
    this.channelsOfGroup = channels / groups;
    this.taps = taps;
    pixels = height * width;
    boolean seamless = stepX == 1 && stepY == 1 && width == planes.width();
    this.width = seamless ? pixels : width; // rows that run on count as one
    this.stepY = stepY;
    this.stepX = stepX;
  }

  /// The taps of a whole window in the order of a weight: channels, rows, columns.
  static long[] window(ImagePlanes planes, int channels, int kh, int kw, int stepY, int stepX) {
    long[] taps = new long[channels * kh * kw];
    for (int k = 0; k < taps.length; k++) {
      long row = (long) (k / kw % kh) * stepY * planes.width();
      taps[k] = k / kw / kh * planes.size() + row + (long) (k % kw) * stepX;
    }
    return taps;
  }

  /// Number of rows.
  int taps() {
    return taps.length;
  }

  /// Number of columns.
  int columns() {
    return Math.multiplyExact(batch, pixels);
  }

  /// Columns of one image.
  int pixels() {
    return pixels;
  }

  /// Neighbouring pixels in one row.
  int width() {
    return width;
  }

  /// Whether neighbouring pixels read neighbouring elements.
  boolean isDense() {
    return stepX == 1;
  }

  int stepX() {
    return stepX;
  }

  MemorySegment memory() {
    return planes.memory();
  }

  /// Byte at which element `[k, n]` of a group lies.
  long at(int group, int k, int n) {
    return 4 * (taps[k] + origin(group, n));
  }

  private long origin(int group, int n) {
    int image = n / pixels;
    int pixel = n % pixels;
    long plane = ((long) image * channels + (long) group * channelsOfGroup) * planes.size();
    long row = (long) (pixel / width) * stepY * planes.width();
    return plane + row + (long) (pixel % width) * stepX;
  }

  /// Copies rows `k0 .. k0 + kc - 1` of columns `n0 .. n0 + count - 1` of a group.
  ///
  /// @param to where row `k0` goes; rows lie `rowBytes` apart
  void copy(
      int group, int k0, int kc, int n0, int count, MemorySegment to, long toAt, long rowBytes) {
    for (int done = 0; done < count; ) {
      int n = n0 + done;
      int run = Math.min(count - done, width - n % pixels % width);
      copyRun(4 * origin(group, n), k0, kc, run, to, toAt + 4L * done, rowBytes);
      done += run;
    }
  }

  private void copyRun(
      long from, int k0, int kc, int run, MemorySegment to, long toAt, long rowBytes) {
    if (stepX == 1) {
      int j = 0;
      for (; j <= run - LANES; j += LANES) {
        copyVectors(memory(), from + 4L * j, taps, k0, kc, to, toAt + 4L * j, rowBytes);
      }
      if (j < run) {
        VectorMask<Float> rest = FLOATS.indexInRange(0, run - j);
        copyLanes(memory(), from + 4L * j, taps, k0, kc, to, toAt + 4L * j, rowBytes, rest);
      }
    } else if (stepX == 2) {
      for (int j = 0; j < run; j += LANES) {
        int count = Math.min(LANES, run - j);
        copyEverySecond(memory(), from + 8L * j, taps, k0, kc, to, toAt + 4L * j, rowBytes, count);
      }
    } else {
      for (int j = 0; j < run; j++) {
        long at = from + 4L * j * stepX;
        copyElements(memory(), at, taps, k0, kc, to, toAt + 4L * j, rowBytes);
      }
    }
  }

  private static void copyVectors(
      MemorySegment from,
      long at,
      long[] taps,
      int k0,
      int kc,
      MemorySegment to,
      long toAt,
      long rowBytes) {
    for (int k = 0; k < kc; k++) {
      Lanes.store(Lanes.load(from, at + 4 * taps[k0 + k]), to, toAt);
      toAt += rowBytes;
    }
  }

  /// The lanes of a mask: rows of small images are shorter than a vector.
  private static void copyLanes(
      MemorySegment from,
      long at,
      long[] taps,
      int k0,
      int kc,
      MemorySegment to,
      long toAt,
      long rowBytes,
      VectorMask<Float> lanes) {
    for (int k = 0; k < kc; k++) {
      FloatVector.fromMemorySegment(FLOATS, from, at + 4 * taps[k0 + k], Lanes.ORDER, lanes)
          .intoMemorySegment(to, toAt, Lanes.ORDER, lanes);
      toAt += rowBytes;
    }
  }

  /// Elements `0, 2, .. 2 · count - 2`, and reads none beyond.
  private static void copyEverySecond(
      MemorySegment from,
      long at,
      long[] taps,
      int k0,
      int kc,
      MemorySegment to,
      long toAt,
      long rowBytes,
      int count) {
    VectorMask<Float> first = FLOATS.indexInRange(0, Math.min(LANES, 2 * count - 1));
    VectorMask<Float> second = FLOATS.indexInRange(0, Math.max(0, 2 * count - LANES));
    VectorMask<Float> lanes = FLOATS.indexInRange(0, count);
    long secondAt = at + 4L * (LANES - 1);
    for (int k = 0; k < kc; k++) {
      long tap = 4 * taps[k0 + k];
      FloatVector a =
          FloatVector.fromMemorySegment(FLOATS, from, at + tap, Lanes.ORDER, first)
              .rearrange(EVERY_SECOND);
      FloatVector b =
          FloatVector.fromMemorySegment(FLOATS, from, secondAt + tap, Lanes.ORDER, second)
              .rearrange(EVERY_SECOND);
      a.blend(b, UPPER).intoMemorySegment(to, toAt, Lanes.ORDER, lanes);
      toAt += rowBytes;
    }
  }

  private static void copyElements(
      MemorySegment from,
      long at,
      long[] taps,
      int k0,
      int kc,
      MemorySegment to,
      long toAt,
      long rowBytes) {
    for (int k = 0; k < kc; k++) {
      Lanes.set(to, toAt, Lanes.get(from, at + 4 * taps[k0 + k]));
      toAt += rowBytes;
    }
  }
}
