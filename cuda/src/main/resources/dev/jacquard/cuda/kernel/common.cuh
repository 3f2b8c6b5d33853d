// What all kernels share. The text of this file stands before that of each .cu file.
//
// Indices of elements are 64 bits wide. Kernels of rows give each row a block, of 32 threads or
// more; those of elements give each element a thread.

typedef long long i64;

#define INFINITE __int_as_float(0x7f800000)
#define NAN_VALUE __int_as_float(0x7fc00000)
#define MAX_RANK 8

// Sizes of the axes that are walked, the last one fastest.
struct Sizes {
  i64 rank;
  i64 size[MAX_RANK];
};

// Distance in elements between neighbours on each of the axes; 0 where a tensor is broadcast.
struct Steps {
  i64 step[MAX_RANK];
};

__device__ __forceinline__ i64 element() { return (i64)blockIdx.x * blockDim.x + threadIdx.x; }

// Distance of element number n in row-major order from the first.
__device__ __forceinline__ i64 offset(const Sizes& sizes, const Steps& steps, i64 n) {
  i64 at = 0;
  for (int axis = (int)sizes.rank - 1; axis > 0; axis--) {
    at += n % sizes.size[axis] * steps.step[axis];
    n /= sizes.size[axis];
  }
  return sizes.rank > 0 ? at + n * steps.step[0] : 0;
}

// ---- sums over threads, in the same order at each run ----

__device__ __forceinline__ float warpSum(float v) {
  for (int distance = 16; distance > 0; distance /= 2) {
    v += __shfl_xor_sync(0xffffffffu, v, distance);
  }
  return v;
}

__device__ __forceinline__ float warpMax(float v) {
  for (int distance = 16; distance > 0; distance /= 2) {
    v = fmaxf(v, __shfl_xor_sync(0xffffffffu, v, distance));
  }
  return v;
}

// Sum over the block, which every thread gets. `shared` has 32 elements.
__device__ __forceinline__ float blockSum(float v, float* shared) {
  v = warpSum(v);
  if (blockDim.x == 32) {
    return v;
  }
  int lane = (int)threadIdx.x % 32;
  __syncthreads(); // its last use is over
  if (lane == 0) {
    shared[threadIdx.x / 32] = v;
  }
  __syncthreads();
  return warpSum(lane < (int)blockDim.x / 32 ? shared[lane] : 0.0f);
}

__device__ __forceinline__ float blockMax(float v, float* shared) {
  v = warpMax(v);
  if (blockDim.x == 32) {
    return v;
  }
  int lane = (int)threadIdx.x % 32;
  __syncthreads();
  if (lane == 0) {
    shared[threadIdx.x / 32] = v;
  }
  __syncthreads();
  return warpMax(lane < (int)blockDim.x / 32 ? shared[lane] : -INFINITE);
}

// ---- element types, numbered as in DType ----

#define F32 0
#define BF16 1
#define F16 2
#define I32 3
#define I64 4
#define U8 5
#define Q8_0 6
#define Q4_0 7

__device__ __forceinline__ float fromHalf(unsigned bits) {
  unsigned sign = (bits & 0x8000u) << 16;
  unsigned exponent = bits >> 10 & 31;
  unsigned fraction = bits & 1023;
  if (exponent == 31) { // infinity, NaN
    return __int_as_float((int)(sign | 0x7f800000u | fraction << 13));
  }
  if (exponent == 0) { // 0, subnormal: a multiple of 2^-24
    float v = (float)fraction * 5.9604644775390625e-8f;
    return sign ? -v : v;
  }
  return __int_as_float((int)(sign | (exponent + 112) << 23 | fraction << 13));
}

// Nearest f16, ties to even.
__device__ __forceinline__ unsigned short toHalf(float v) {
  unsigned bits = (unsigned)__float_as_int(v);
  unsigned sign = bits >> 16 & 0x8000u;
  unsigned size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) {
    return (unsigned short)(sign | 0x7e00u); // NaN
  }
  if (size >= 0x477ff000u) { // 65520 and above
    return (unsigned short)(sign | 0x7c00u);
  }
  if (size < 0x38800000u) { // below 2^-14: a multiple of 2^-24, rounded by the addition
    float scaled = __int_as_float((int)size) * 16777216.0f;
    return (unsigned short)(sign | (unsigned)rintf(scaled));
  }
  unsigned rounded = size + 0xfffu + (size >> 13 & 1);
  return (unsigned short)(sign | ((rounded >> 13) - (112u << 10)));
}

__device__ __forceinline__ float fromBfloat(unsigned bits) { return __int_as_float((int)(bits << 16)); }

// Nearest bf16, ties to even; NaN stays NaN.
__device__ __forceinline__ unsigned short toBfloat(float v) {
  unsigned bits = (unsigned)__float_as_int(v);
  if ((bits & 0x7fffffffu) > 0x7f800000u) {
    return (unsigned short)(bits >> 16 | 0x40u);
  }
  return (unsigned short)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

// The element at a distance from the first, of any floating-point type.
__device__ __forceinline__ float readFloat(const unsigned char* x, int type, i64 at) {
  switch (type) {
    case F32:
      return ((const float*)x)[at];
    case BF16:
      return fromBfloat(((const unsigned short*)x)[at]);
    case F16:
      return fromHalf(((const unsigned short*)x)[at]);
    case Q8_0: { // f16 scale, 32 signed bytes
      const unsigned char* block = x + at / 32 * 34;
      return fromHalf(*(const unsigned short*)block) * (float)(signed char)block[2 + at % 32];
    }
    case Q4_0: { // f16 scale, 16 bytes: number i below, number i + 16 above
      const unsigned char* block = x + at / 32 * 18;
      int i = (int)(at % 32);
      int pair = block[2 + i % 16];
      return fromHalf(*(const unsigned short*)block) * (float)((i < 16 ? pair & 15 : pair >> 4) - 8);
    }
    default:
      return NAN_VALUE;
  }
}
