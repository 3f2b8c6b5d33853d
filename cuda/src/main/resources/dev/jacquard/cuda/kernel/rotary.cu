// Rotary position embedding: dimension i turns with i + D/2. One thread for each pair.

extern "C" __global__ void rotate(i64 count, Sizes sizes, const float* x, Steps steps, const float* cosines,
                                  const float* sines, i64 from, int inverse, float* y) {
  i64 n = element(); // [B, T, H, D/2]
  if (n >= count) {
    return;
  }
  i64 half = sizes.size[3];
  i64 i = n % half;
  i64 position = from + n / half / sizes.size[2] % sizes.size[1];
  float c = cosines[position * half + i];
  float s = sines[position * half + i];
  s = inverse ? -s : s;
  i64 at = offset(sizes, steps, n);
  float first = x[at];
  float second = x[at + half];
  i64 to = n / half * 2 * half + i;
  y[to] = first * c - second * s;
  y[to + half] = second * c + first * s;
}
