package dev.jacquard.models.data;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A set divided into train, valid and test by what the pictures show: 90, 5 and 5 parts in 100.
///
/// A picture's part depends only on its own size and samples, so equal pictures always fall in the
/// same part, and adding, removing, renaming or reordering pictures never moves another one.
///
/// @param train about 90 % of the pictures
/// @param valid about 5 %, for decisions during training
/// @param test about 5 %, for the figures that are published
public record Splits(ImageSet train, ImageSet valid, ImageSet test) {

  /// The three parts of a set.
  public enum Part {
    /// About 90 %.
    TRAIN,
    /// About 5 %.
    VALID,
    /// About 5 %.
    TEST
  }

  /// Divides a set, reading each picture once.
  ///
  /// @param set what to divide
  /// @return three views, each in the order of `set`; a small set may leave some empty
  /// @throws IOException if a picture cannot be read
  public static Splits of(ImageSet set) throws IOException {
    IntArrayList train = new IntArrayList();
    IntArrayList valid = new IntArrayList();
    IntArrayList test = new IntArrayList();
    for (int i = 0; i < set.size(); i++) {
      IntArrayList part =
          switch (partOf(set.image(i))) {
            case TRAIN -> train;
            case VALID -> valid;
            case TEST -> test;
          };
      part.add(i);
    }
    return new Splits(
        set.select(train.toIntArray()),
        set.select(valid.toIntArray()),
        set.select(test.toIntArray()));
  }

  /// The part that a picture belongs to: the first 8 bytes of SHA-256 over width, height, channels
  /// (big-endian, 4 bytes each) and samples, as an unsigned number modulo 100; below 90 is train,
  /// below 95 valid, the rest test.
  ///
  /// @param picture any picture
  /// @return its part
  public static Part partOf(Picture picture) {
    ByteBuffer header = ByteBuffer.allocate(12);
    header.putInt(picture.width()).putInt(picture.height()).putInt(picture.channels()).flip();
    MessageDigest sha = sha256();
    sha.update(header);
    sha.update(picture.samples());
    long hash = ByteBuffer.wrap(sha.digest()).getLong();
    long percent = Long.remainderUnsigned(hash, 100);
    return percent < 90 ? Part.TRAIN : percent < 95 ? Part.VALID : Part.TEST;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
