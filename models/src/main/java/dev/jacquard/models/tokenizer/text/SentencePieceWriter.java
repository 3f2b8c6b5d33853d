package dev.jacquard.models.tokenizer.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Makes the file of a SentencePiece model of byte-pair encoding, as `tokenizer.model` holds it.
///
/// Source: `sentencepiece_model.proto` of google/sentencepiece.
public final class SentencePieceWriter {
  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int BPE = 2;

  private SentencePieceWriter() {}

  /// A model with the ids 0 to 2 for `<unk>`, `<s>` and `</s>`, a blank before each text, and
  /// pieces of which the earlier are merged first.
  ///
  /// @param pieces spellings, with single characters behind what they merge to
  /// @return contents of the file
  public static byte[] bytePairs(List<String> pieces) {
    Message model = new Message();
    model.message(1, piece("<unk>", 0, UNKNOWN));
    model.message(1, piece("<s>", 0, CONTROL));
    model.message(1, piece("</s>", 0, CONTROL));
    for (int i = 0; i < pieces.size(); i++) {
      model.message(1, piece(pieces.get(i), -i, NORMAL));
    }
    Message trainer = new Message();
    trainer.number(3, BPE);
    model.message(2, trainer);
    Message normalizer = new Message();
    normalizer.number(3, 1); // a blank is put first
    normalizer.number(4, 0); // further blanks stay
    normalizer.number(5, 1); // blanks become U+2581
    model.message(3, normalizer);
    return model.bytes.toByteArray();
  }

  private static Message piece(String text, float score, int type) {
    Message piece = new Message();
    piece.bytes(1, text.getBytes(StandardCharsets.UTF_8));
    piece.real(2, score);
    piece.number(3, type);
    return piece;
  }

  /// A message of protocol buffers: fields, each a tag and a value.
  private static final class Message {
    private static final int VARINT = 0;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void number(int field, int value) {
      tag(field, VARINT);
      varint(value);
    }

    void real(int field, float value) {
      tag(field, FIXED32);
      bytes.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    }

    void bytes(int field, byte[] value) {
      tag(field, LENGTH);
      varint(value.length);
      bytes.writeBytes(value);
    }

    void message(int field, Message value) {
      bytes(field, value.bytes.toByteArray());
    }

    private void tag(int field, int type) {
      varint((field << 3) | type);
    }

    private void varint(int value) {
      for (; value >= 0x80; value >>>= 7) {
        bytes.write((value & 0x7F) | 0x80);
      }
      bytes.write(value);
    }
  }
}
