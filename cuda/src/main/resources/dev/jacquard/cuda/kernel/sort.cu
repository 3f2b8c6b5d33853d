// Order of elements. NaN counts as larger than every number.

__device__ __forceinline__ bool isLess(float a, float b) { return a < b || (b != b && a == a); }

// Where the largest element of each row stands; the first of equals. One warp for each row.
extern "C" __global__ void arg_max(i64 width, const float* x, int* ids) {
  x += blockIdx.x * width;
  float best = 0;
  int at = -1; // nothing seen yet
  for (i64 i = threadIdx.x; i < width; i += 32) {
    if (at < 0 || isLess(best, x[i])) {
      best = x[i];
      at = (int)i;
    }
  }
  for (int distance = 16; distance > 0; distance /= 2) {
    float other = __shfl_xor_sync(0xffffffffu, best, distance);
    int otherAt = __shfl_xor_sync(0xffffffffu, at, distance);
    bool isBetter = at < 0 || isLess(best, other) || (!isLess(other, best) && otherAt < at);
    if (otherAt >= 0 && isBetter) {
      best = other;
      at = otherAt;
    }
  }
  if (threadIdx.x == 0) {
    ids[blockIdx.x] = at;
  }
}

// Each element counts those that come before it: that is its place. Work grows with the square of the
// width, without any exchange between threads.
extern "C" __global__ void arg_sort(i64 count, i64 width, i64 kept, int descending, const float* x,
                                    int* ids) {
  i64 n = element();
  if (n >= count) {
    return;
  }
  i64 me = n % width;
  const float* row = x + n / width * width;
  float v = row[me];
  i64 place = 0;
  for (i64 j = 0; j < width; j++) {
    bool isBefore = descending ? isLess(v, row[j]) : isLess(row[j], v);
    bool isAfter = descending ? isLess(row[j], v) : isLess(v, row[j]);
    place += isBefore || (!isAfter && j < me) ? 1 : 0;
  }
  if (place < kept) {
    ids[n / width * kept + place] = (int)me;
  }
}

// Number of elements of an ascending sequence that are smaller than x, or not larger
extern "C" __global__ void search_sorted(i64 count, i64 length, const float* sorted, const float* x,
                                         int right, int* ids) {
  i64 n = element();
  if (n >= count) {
    return;
  }
  i64 low = 0;
  i64 high = length; // the answer lies between
  while (low < high) {
    i64 middle = (low + high) / 2;
    bool isBefore = right ? sorted[middle] <= x[n] : sorted[middle] < x[n];
    low = isBefore ? middle + 1 : low;
    high = isBefore ? high : middle;
  }
  ids[n] = (int)low;
}
