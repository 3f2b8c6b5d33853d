package dev.jacquard.models.eval;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 of weights, shortened for reports.
final class Hash {
  private static final int DIGITS = 12;

  private final MessageDigest sha;

  Hash() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  void add(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    sha.update(bytes);
  }

  void add(byte... bytes) {
    sha.update(bytes);
  }

  /// The first digits; nothing may be added afterwards.
  String text() {
    return HexFormat.of().formatHex(sha.digest()).substring(0, DIGITS);
  }
}
