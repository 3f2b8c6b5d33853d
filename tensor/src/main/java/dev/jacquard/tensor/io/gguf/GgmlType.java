package dev.jacquard.tensor.io.gguf;

import dev.jacquard.tensor.io.StoredType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// ggml's numbers for element types.
enum GgmlType {
  F32(0, StoredType.F32),
  F16(1, StoredType.F16),
  Q4_0(2, StoredType.Q4_0),
  Q8_0(8, StoredType.Q8_0),
  Q4_K(12, StoredType.Q4_K),
  Q6_K(14, StoredType.Q6_K),
  I8(24, StoredType.I8),
  I16(25, StoredType.I16),
  I32(26, StoredType.I32),
  I64(27, StoredType.I64),
  F64(28, StoredType.F64),
  BF16(30, StoredType.BF16);

  private final int number;
  private final StoredType type;

  GgmlType(int number, StoredType type) {
    this.number = number;
    this.type = type;
  }

  int number() {
    return number;
  }

  StoredType type() {
    return type;
  }

  static @Nullable GgmlType of(int number) {
    return Arrays.stream(values()).filter(t -> t.number == number).findFirst().orElse(null);
  }

  static @Nullable GgmlType of(StoredType type) {
    return Arrays.stream(values()).filter(t -> t.type == type).findFirst().orElse(null);
  }
}
