// Gathering and scattering. Additions to one element happen in order, so results do not vary.

// y[n] = table[ids[n]]
extern "C" __global__ void gather_rows(i64 count, i64 width, const unsigned char* table, i64 rowStep,
                                       i64 columnStep, int type, const int* ids, float* y) {
  i64 n = element();
  if (n < count) {
    y[n] = readFloat(table, type, ids[n / width] * rowStep + n % width * columnStep);
  }
}

// dTable[ids[n]] += dy[n]; one thread for each column
extern "C" __global__ void scatter_add_rows(i64 rows, i64 width, const float* dy, const int* ids,
                                            float* dTable) {
  i64 c = element();
  if (c >= width) {
    return;
  }
  for (i64 n = 0; n < rows; n++) {
    dTable[ids[n] * width + c] += dy[n * width + c];
  }
}

// y[o, j, i] = x[o, ids[o, j, i], i]; `sizes` are those of y
extern "C" __global__ void gather(i64 count, Sizes sizes, const float* x, Steps xSteps, const int* ids,
                                  Steps idSteps, float* y) {
  i64 n = element();
  if (n < count) {
    i64 i = n % sizes.size[2];
    i64 o = n / sizes.size[2] / sizes.size[1];
    int id = ids[offset(sizes, idSteps, n)];
    y[n] = x[o * xSteps.step[0] + id * xSteps.step[1] + i * xSteps.step[2]];
  }
}

// y[o, ids[o, j, i], i] = src[o, j, i], or +=; one thread for each o and i. `sizes` are those of src.
extern "C" __global__ void scatter(i64 series, Sizes sizes, const float* src, Steps srcSteps,
                                   const int* ids, Steps idSteps, int add, i64 length, float* y) {
  i64 n = element();
  if (n >= series) {
    return;
  }
  i64 inner = sizes.size[2];
  i64 i = n % inner;
  i64 o = n / inner;
  for (i64 j = 0; j < sizes.size[1]; j++) {
    int id = ids[o * idSteps.step[0] + j * idSteps.step[1] + i * idSteps.step[2]];
    float v = src[o * srcSteps.step[0] + j * srcSteps.step[1] + i * srcSteps.step[2]];
    float* to = y + (o * length + id) * inner + i;
    *to = add ? *to + v : v;
  }
}
