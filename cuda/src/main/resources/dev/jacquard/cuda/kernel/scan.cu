// y[o, n, i] = a[o, n, i] y[o, n-1, i] + b[o, n, i]; one thread for each o and i.

extern "C" __global__ void recurrence(i64 series, Sizes sizes, const float* a, Steps aSteps, const float* b,
                                      Steps bSteps, float initial, int reverse, float* y) {
  i64 s = element();
  if (s >= series) {
    return;
  }
  i64 length = sizes.size[1];
  i64 inner = sizes.size[2];
  i64 o = s / inner;
  i64 i = s % inner;
  float value = initial;
  for (i64 step = 0; step < length; step++) {
    i64 n = reverse ? length - 1 - step : step;
    value = a[o * aSteps.step[0] + n * aSteps.step[1] + i * aSteps.step[2]] * value +
            b[o * bSteps.step[0] + n * bSteps.step[1] + i * bSteps.step[2]];
    y[(o * length + n) * inner + i] = value;
  }
}
