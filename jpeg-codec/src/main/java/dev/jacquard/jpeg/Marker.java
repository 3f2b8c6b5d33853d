package dev.jacquard.jpeg;

/// Marker codes: the byte after X'FF' (T.81 B.1.1.3, table B.1).
final class Marker {
  static final int TEM = 0x01;
  static final int SOF0 = 0xC0;
  static final int SOF1 = 0xC1;
  static final int SOF2 = 0xC2;
  static final int SOF3 = 0xC3;
  static final int DHT = 0xC4;
  static final int JPG = 0xC8;
  static final int SOF9 = 0xC9;
  static final int SOF10 = 0xCA;
  static final int DAC = 0xCC;
  static final int SOF15 = 0xCF;
  static final int RST0 = 0xD0;
  static final int RST7 = 0xD7;
  static final int SOI = 0xD8;
  static final int EOI = 0xD9;
  static final int SOS = 0xDA;
  static final int DQT = 0xDB;
  static final int DNL = 0xDC;
  static final int DRI = 0xDD;
  static final int APP0 = 0xE0;
  static final int APP1 = 0xE1;
  static final int APP2 = 0xE2;
  static final int APP14 = 0xEE;
  static final int APP15 = 0xEF;
  static final int COM = 0xFE;

  private Marker() {}

  /// Whether the code starts a frame header, of any process.
  static boolean isFrame(int code) {
    return code >= SOF0 && code <= SOF15 && code != DHT && code != JPG && code != DAC;
  }

  static boolean isRestart(int code) {
    return code >= RST0 && code <= RST7;
  }

  /// Whether the marker stands alone, without a segment after it.
  static boolean isStandalone(int code) {
    return code == TEM || (code >= RST0 && code <= EOI);
  }

  /// The standard's symbol for the code.
  static String name(int code) {
    return switch (code) {
      case TEM -> "TEM";
      case DHT -> "DHT";
      case JPG -> "JPG";
      case DAC -> "DAC";
      case SOI -> "SOI";
      case EOI -> "EOI";
      case SOS -> "SOS";
      case DQT -> "DQT";
      case DNL -> "DNL";
      case DRI -> "DRI";
      case COM -> "COM";
      default -> nameInRange(code);
    };
  }

  private static String nameInRange(int code) {
    if (isFrame(code)) {
      return "SOF" + (code - SOF0);
    }
    if (isRestart(code)) {
      return "RST" + (code - RST0);
    }
    if (code >= APP0 && code <= APP15) {
      return "APP" + (code - APP0);
    }
    return "FF%02X".formatted(code);
  }
}
