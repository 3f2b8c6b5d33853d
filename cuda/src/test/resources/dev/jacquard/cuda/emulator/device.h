// What a kernel's source finds on the emulated device: enough of CUDA C to compile it with g++.
//
// Each thread of a block is a fiber; the blocks of a grid run one after the other. The compiler is
// asked for -fsanitize=thread, which makes it call emulator functions before every load and store
// that leaves a thread's registers: that is how each access is checked (see emulator.cc).
#pragma once
#include <math.h>
#include <stddef.h>
#include <string.h>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
// Blocks take turns, so one copy of a block's shared memory is enough; a section of its own lets
// the emulator know where it lies.
#define __shared__ static __attribute__((section("jacquard_shared")))

struct dim3 {
  unsigned x, y, z;
};

extern "C" {
// `const`: none changes while a thread runs, so the compiler may call them once.
unsigned emulator_thread() __attribute__((const));
unsigned emulator_block_x() __attribute__((const));
unsigned emulator_block_y() __attribute__((const));
unsigned emulator_threads() __attribute__((const));
unsigned emulator_blocks_x() __attribute__((const));
unsigned emulator_blocks_y() __attribute__((const));
void emulator_barrier();
unsigned emulator_shuffle(unsigned bits, int lane);
void emulator_atomic(void* address, int bytes);
}

#define threadIdx (dim3{emulator_thread(), 0, 0})
#define blockIdx (dim3{emulator_block_x(), emulator_block_y(), 0})
#define blockDim (dim3{emulator_threads(), 1, 1})
#define gridDim (dim3{emulator_blocks_x(), emulator_blocks_y(), 1})

inline void __syncthreads() { emulator_barrier(); }

template <typename T>
inline T emulator_exchange(T value, int lane) {
  static_assert(sizeof(T) == 4, "shuffles of 32 bits only");
  unsigned bits;
  __builtin_memcpy(&bits, &value, 4);
  bits = emulator_shuffle(bits, lane);
  __builtin_memcpy(&value, &bits, 4);
  return value;
}

template <typename T>
inline T __shfl_sync(unsigned, T value, int lane) {
  return emulator_exchange(value, lane & 31);
}

template <typename T>
inline T __shfl_xor_sync(unsigned, T value, int mask) {
  return emulator_exchange(value, (int)(emulator_thread() & 31) ^ mask);
}

template <typename T>
inline T __shfl_down_sync(unsigned, T value, int distance) {
  int lane = (int)(emulator_thread() & 31);
  return emulator_exchange(value, lane + distance < 32 ? lane + distance : lane);
}

template <typename T>
__attribute__((no_sanitize("thread"), noinline)) T atomicAdd(T* address, T value) {
  emulator_atomic(address, sizeof(T));
  T old = *address;
  *address = old + value;
  return old;
}

inline float rsqrtf(float x) { return 1 / sqrtf(x); }
inline float __fmul_rn(float a, float b) { return a * b; } // -ffp-contract=off keeps them apart
inline float __fadd_rn(float a, float b) { return a + b; }
inline int __float_as_int(float x) {
  int bits;
  __builtin_memcpy(&bits, &x, 4);
  return bits;
}
inline float __int_as_float(int bits) {
  float x;
  __builtin_memcpy(&x, &bits, 4);
  return x;
}
inline int min(int a, int b) { return a < b ? a : b; }
inline int max(int a, int b) { return a > b ? a : b; }
inline long long min(long long a, long long b) { return a < b ? a : b; }
inline long long max(long long a, long long b) { return a > b ? a : b; }

// ---- the table of a module's kernels, made by EMULATOR_KERNEL(name) at the end of its source ----

struct EmulatorKernel {
  const char* name;
  void (*call)(const char* parameters);
  size_t bytes;             // of all parameters
  const size_t* pointers;   // where those are that point to memory
  const int* pointerNumber; // which parameter each is, from 0
  int pointerCount;
};

template <auto F>
struct EmulatorSignature;

template <typename... A, void (*F)(A...)>
struct EmulatorSignature<F> {
  static constexpr int N = sizeof...(A);
  struct Layout {
    size_t at[N + 1];
    size_t pointers[N + 1];
    int numbers[N + 1];
    int count;
  };
  static constexpr Layout layout() {
    constexpr size_t sizes[] = {sizeof(A)..., 0};
    constexpr size_t aligns[] = {alignof(A)..., 1};
    constexpr bool isPointer[] = {__is_pointer_type<A>()..., false};
    Layout l{};
    size_t at = 0;
    for (int i = 0; i < N; i++) {
      at = (at + aligns[i] - 1) / aligns[i] * aligns[i];
      l.at[i] = at;
      if (isPointer[i]) {
        l.pointers[l.count] = at;
        l.numbers[l.count++] = i;
      }
      at += sizes[i];
    }
    l.at[N] = at;
    return l;
  }
  template <typename T>
  static constexpr bool __is_pointer_type() {
    return Pointer<T>::value;
  }
  template <typename T>
  struct Pointer {
    static constexpr bool value = false;
  };
  template <typename T>
  struct Pointer<T*> {
    static constexpr bool value = true;
  };
  template <typename T>
  struct Pointer<T* __restrict__> {
    static constexpr bool value = true;
  };
  static constexpr Layout L = layout();
  template <int... I>
  struct Numbers {};
  template <int K, int... I>
  struct Count : Count<K - 1, K - 1, I...> {};
  template <int... I>
  struct Count<0, I...> {
    using type = Numbers<I...>;
  };
  template <int... I>
  __attribute__((no_sanitize("thread"))) static void spread(const char* p, Numbers<I...>) {
    F(*(const A*)(p + L.at[I])...);
  }
  static void call(const char* p) { spread(p, typename Count<N>::type{}); }
};

#define EMULATOR_KERNEL(f)                                                              \
  {#f, &EmulatorSignature<&f>::call, EmulatorSignature<&f>::L.at[EmulatorSignature<&f>::N], \
   EmulatorSignature<&f>::L.pointers, EmulatorSignature<&f>::L.numbers,                    \
   EmulatorSignature<&f>::L.count}
