package dev.jacquard.tensor.random;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// An endless row of random numbers that can be read at any position. Immutable, so safe to share
/// between threads.
///
/// Every number depends on seed, stream and position alone: filling a tensor in two halves, on two
/// threads or backwards gives the same tensor, on every machine. Parts of a program that must not
/// disturb each other take streams of their own:
///
/// ```java
/// RandomStream root = RandomStream.of(42);
/// RandomStream dropout = root.split("dropout").split(step);
/// float u = dropout.uniform(0);
/// ```
///
/// Uniform, normal and Gumbel numbers at one position are made of the same bits: use different
/// positions or streams for each.
///
/// @param seed what the user chose
/// @param stream number of the stream; 0 at the root
public record RandomStream(long seed, long stream) {
  /* Layout: the key is the seed, the upper half of the counter the stream, the lower half the position / 4. Logarithm, sine
   * and cosine come from StrictMath, whose bits are the same on every machine. */

  private static final int WORDS = 4;
  private static final long SPLIT_KEY =
      0x73706c6974L; // "split": keeps sub-stream numbers apart from the numbers

  /// The root stream of a seed.
  ///
  /// @param seed any number
  /// @return stream 0
  public static RandomStream of(long seed) {
    return new RandomStream(seed, 0);
  }

  /// A stream of its own, for example for one step, layer or picture.
  ///
  /// @param index any number; equal numbers give equal streams
  /// @return a stream with the same seed
  public RandomStream split(long index) {
    int[] words = new int[WORDS];
    Philox4x32.block(index, stream, seed ^ SPLIT_KEY, words);
    return new RandomStream(seed, join(words[0], words[1]));
  }

  /// A stream of its own, for example for one purpose or parameter.
  ///
  /// @param name any text; equal texts give equal streams
  /// @return a stream with the same seed
  public RandomStream split(String name) {
    long hash = 0xcbf29ce484222325L; // FNV-1a, 64 bits
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ Byte.toUnsignedLong(b)) * 0x100000001b3L;
    }
    return split(hash);
  }

  /// 32 random bits.
  ///
  /// @param position `>= 0`
  /// @return any int, all equally likely
  public int bits(long position) {
    int[] words = new int[WORDS];
    block(position / WORDS, words);
    return words[(int) (position % WORDS)];
  }

  /// A number in `[0, 1)`: 24 random bits.
  ///
  /// @param position `>= 0`
  /// @return a multiple of `2⁻²⁴`, never 1
  public float uniform(long position) {
    return toUniform(bits(position));
  }

  /// A number in `[0, 1)`: 53 random bits, of words `2 · position` and `2 · position + 1`.
  ///
  /// @param position `>= 0`
  /// @return a multiple of `2⁻⁵³`, never 1
  public double uniformDouble(long position) {
    return (double) (join(bits(2 * position), bits(2 * position + 1)) >>> 11) * 0x1p-53;
  }

  /// A whole number in `[0, bound)`. Differs from equally likely by less than `bound / 2³²`.
  ///
  /// @param position `>= 0`
  /// @param bound `>= 1`
  /// @return at least 0, less than `bound`
  public int below(long position, int bound) {
    return (int) ((Integer.toUnsignedLong(bits(position)) * bound) >>> 32);
  }

  /// A normally distributed number with mean 0 and variance 1.
  ///
  /// Box & Muller 1958: positions `2i` and `2i + 1` are the cosine and the sine part of one pair.
  /// No result is further from 0 than 6.67, since the radius comes from 32 bits.
  ///
  /// @param position `>= 0`
  /// @return a finite number
  public float normal(long position) {
    int[] words = new int[WORDS];
    block(position / WORDS, words);
    return toNormal(words, (int) (position % WORDS));
  }

  /// A number of the standard Gumbel distribution, `-ln(-ln u)` with `u` uniform on `(0, 1)`: what
  /// is added to logits so that the largest is a fair draw.
  ///
  /// Made of 32 bits, so between -3.13 and 22.9.
  ///
  /// @param position `>= 0`
  /// @return a finite number
  public float gumbel(long position) {
    return toGumbel(bits(position));
  }

  /// Fills memory with [#uniform]: float `i` becomes `uniform(position + i)`.
  ///
  /// @param to floats in native byte order, aligned to 4 bytes
  /// @param position position of the first float, `>= 0`
  public void fillUniform(MemorySegment to, long position) {
    int[] words = new int[WORDS];
    long count = to.byteSize() / Float.BYTES;
    for (long i = 0; i < count; i++) {
      int word = enter(position + i, i, words);
      to.set(ValueLayout.JAVA_FLOAT, i * Float.BYTES, toUniform(words[word]));
    }
  }

  /// Fills memory with [#normal]: float `i` becomes `normal(position + i)`.
  ///
  /// @param to floats in native byte order, aligned to 4 bytes
  /// @param position position of the first float, `>= 0`
  public void fillNormal(MemorySegment to, long position) {
    int[] words = new int[WORDS];
    long count = to.byteSize() / Float.BYTES;
    for (long i = 0; i < count; i++) {
      int word = enter(position + i, i, words);
      to.set(ValueLayout.JAVA_FLOAT, i * Float.BYTES, toNormal(words, word));
    }
  }

  /// Fills memory with [#gumbel]: float `i` becomes `gumbel(position + i)`.
  ///
  /// @param to floats in native byte order, aligned to 4 bytes
  /// @param position position of the first float, `>= 0`
  public void fillGumbel(MemorySegment to, long position) {
    int[] words = new int[WORDS];
    long count = to.byteSize() / Float.BYTES;
    for (long i = 0; i < count; i++) {
      int word = enter(position + i, i, words);
      to.set(ValueLayout.JAVA_FLOAT, i * Float.BYTES, toGumbel(words[word]));
    }
  }

  /// Makes `words` the block of `position` if a walk from number `first = 0` on has just reached
  /// it.
  private int enter(long position, long first, int[] words) {
    int word = (int) (position % WORDS);
    if (word == 0 || first == 0) {
      block(position / WORDS, words);
    }
    return word;
  }

  private void block(long number, int[] words) {
    Philox4x32.block(number, stream, seed, words);
  }

  private static float toUniform(int bits) {
    return (bits >>> 8) * 0x1p-24f;
  }

  private static float toGumbel(int bits) {
    double u = (Integer.toUnsignedLong(bits) + 0.5) * 0x1p-32; // (0, 1): never an end
    return (float) -StrictMath.log(-StrictMath.log(u));
  }

  private static float toNormal(int[] words, int word) {
    int pair = word & ~1;
    double u = (Integer.toUnsignedLong(words[pair]) + 1L) * 0x1p-32; // (0, 1]: has a logarithm
    double angle = 2 * Math.PI * Integer.toUnsignedLong(words[pair + 1]) * 0x1p-32;
    double radius = Math.sqrt(-2 * StrictMath.log(u));
    return (float) (radius * (word == pair ? StrictMath.cos(angle) : StrictMath.sin(angle)));
  }

  private static long join(int low, int high) {
    return Integer.toUnsignedLong(low) | ((long) high << 32);
  }
}
