// Linear maps along an axis, and pooling.

// y[a, m, :] = sum_k weight(m, k) x[a, index(m, k), :]
extern "C" __global__ void resample(i64 count, i64 inputs, i64 outputs, i64 taps, i64 width,
                                    const float* x, const int* indices, const float* weights, float* y) {
  i64 n = element();
  if (n >= count) {
    return;
  }
  i64 m = n / width % outputs;
  const float* plane = x + n / width / outputs * inputs * width + n % width;
  float sum = 0;
  for (i64 k = m * taps; k < (m + 1) * taps; k++) {
    sum += weights[k] * plane[indices[k] * width];
  }
  y[n] = sum;
}

// The largest pixel of each window, the first of equals; NaN counts as the largest.
extern "C" __global__ void max_pool(i64 count, i64 rows, i64 columns, i64 outRows, i64 outColumns,
                                    int windowRows, int windowColumns, int strideY, int strideX, int top,
                                    int left, const float* x, Steps steps, float* y, int* index) {
  i64 n = element();
  if (n >= count) {
    return;
  }
  i64 firstRow = n / outColumns % outRows * strideY - top;
  i64 firstColumn = n % outColumns * strideX - left;
  const float* plane = x + n / outColumns / outRows * steps.step[0];
  i64 best = -1;
  float largest = 0;
  for (i64 iy = max((i64)0, firstRow); iy < min(rows, firstRow + windowRows); iy++) {
    for (i64 ix = max((i64)0, firstColumn); ix < min(columns, firstColumn + windowColumns); ix++) {
      float v = plane[iy * steps.step[1] + ix * steps.step[2]];
      if (best < 0 || v > largest || v != v) {
        best = iy * columns + ix;
        largest = v;
      }
    }
  }
  y[n] = largest;
  index[n] = (int)best;
}

// dx[index] += dy, plane by plane; one thread for each plane
extern "C" __global__ void max_pool_backward(i64 planes, i64 inputs, Sizes outputs, const float* dy,
                                             Steps dySteps, const int* index, float* dx) {
  i64 plane = element();
  if (plane >= planes) {
    return;
  }
  i64 count = outputs.size[1] * outputs.size[2];
  for (i64 i = plane * count; i < (plane + 1) * count; i++) {
    dx[plane * inputs + index[i]] += dy[offset(outputs, dySteps, i)];
  }
}
