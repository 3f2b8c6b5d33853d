// Copies between layouts and element types, and filling.

__device__ __forceinline__ bool isInteger(int type) { return type == I32 || type == I64 || type == U8; }

__device__ __forceinline__ i64 readInteger(const unsigned char* x, int type, i64 at) {
  return type == I32 ? ((const int*)x)[at] : type == I64 ? ((const i64*)x)[at] : (i64)x[at];
}

__device__ __forceinline__ void writeInteger(unsigned char* y, int type, i64 at, i64 v) {
  if (type == I32) {
    ((int*)y)[at] = (int)v;
  } else if (type == I64) {
    ((i64*)y)[at] = v;
  } else {
    y[at] = (unsigned char)v;
  }
}

__device__ __forceinline__ void writeFloat(unsigned char* y, int type, i64 at, float v) {
  if (type == F32) {
    ((float*)y)[at] = v;
  } else if (type == BF16) {
    ((unsigned short*)y)[at] = toBfloat(v);
  } else {
    ((unsigned short*)y)[at] = toHalf(v);
  }
}

// to = from. Integers stay integers on the way.
extern "C" __global__ void copy(i64 count, Sizes sizes, const unsigned char* from, Steps fromSteps,
                                int fromType, unsigned char* to, Steps toSteps, int toType) {
  i64 n = element();
  if (n >= count) {
    return;
  }
  i64 i = offset(sizes, fromSteps, n);
  i64 j = offset(sizes, toSteps, n);
  if (isInteger(fromType)) {
    i64 v = readInteger(from, fromType, i);
    if (isInteger(toType)) {
      writeInteger(to, toType, j, v);
    } else {
      writeFloat(to, toType, j, (float)v);
    }
  } else {
    float v = readFloat(from, fromType, i);
    if (isInteger(toType)) {
      writeInteger(to, toType, j, (i64)v);
    } else {
      writeFloat(to, toType, j, v);
    }
  }
}

// to = value
extern "C" __global__ void fill(i64 count, Sizes sizes, unsigned char* to, Steps toSteps, int toType,
                                double value) {
  i64 n = element();
  if (n >= count) {
    return;
  }
  i64 j = offset(sizes, toSteps, n);
  if (isInteger(toType)) {
    writeInteger(to, toType, j, (i64)value);
  } else {
    writeFloat(to, toType, j, (float)value);
  }
}

// Quantises 32 numbers by one thread. No product may be fused with a sum: see CopyKernels.copy.
// `from` may be null: then every number is `value`.
extern "C" __global__ void quantize(i64 count, Sizes sizes, const unsigned char* from, Steps fromSteps,
                                    int fromType, float value, unsigned char* to, Steps toSteps,
                                    int toType) {
  i64 first = element() * 32;
  if (first >= count) {
    return;
  }
  float x[32];
  float largest = 0; // the first of the largest magnitude
  for (int i = 0; i < 32; i++) {
    i64 at = offset(sizes, fromSteps, first + i);
    x[i] = from == nullptr       ? value
           : isInteger(fromType) ? (float)readInteger(from, fromType, at)
                                 : readFloat(from, fromType, at);
    largest = fabsf(x[i]) > fabsf(largest) ? x[i] : largest;
  }
  unsigned char* block = to + offset(sizes, toSteps, first) / 32 * (toType == Q8_0 ? 34 : 18);
  float d = toType == Q8_0 ? fabsf(largest) / 127 : largest / -8;
  float inverse = d == 0 ? 0 : 1 / d;
  *(unsigned short*)block = toHalf(d);
  for (int i = 0; i < 16; i++) {
    if (toType == Q8_0) {
      block[2 + i] = (unsigned char)(signed char)roundf(__fmul_rn(x[i], inverse));
      block[18 + i] = (unsigned char)(signed char)roundf(__fmul_rn(x[i + 16], inverse));
    } else {
      int lower = min(15, (int)__fadd_rn(__fmul_rn(x[i], inverse), 8.5f));
      int upper = min(15, (int)__fadd_rn(__fmul_rn(x[i + 16], inverse), 8.5f));
      block[2 + i] = (unsigned char)(lower | upper << 4);
    }
  }
}

// Up to 256 numbers that come with the launch itself, so that the host need not wait to hand them over.
struct Words {
  int word[256];
};

extern "C" __global__ void store_words(int count, int* to, Words words) {
  int i = (int)threadIdx.x;
  if (i < count) {
    to[i] = words.word[i];
  }
}
