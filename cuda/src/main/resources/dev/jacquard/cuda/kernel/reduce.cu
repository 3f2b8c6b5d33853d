// Sums and maxima over axes: `kept` walks the elements of y, `folded` those of x that belong to one.

__device__ __forceinline__ float fold(int isMax, float a, float b) {
  return isMax ? (b > a || b != b ? b : a) : a + b;
}

// One thread for each element of y.
extern "C" __global__ void reduce_by_thread(i64 outputs, int isMax, Sizes kept, Steps keptSteps,
                                            i64 count, Sizes folded, Steps foldedSteps,
                                            const float* x, float* y) {
  i64 n = element();
  if (n >= outputs) {
    return;
  }
  const float* from = x + offset(kept, keptSteps, n);
  float result = isMax ? -INFINITE : 0.0f;
  for (i64 i = 0; i < count; i++) {
    result = fold(isMax, result, from[offset(folded, foldedSteps, i)]);
  }
  y[n] = result;
}

// One block for each element of y.
extern "C" __global__ void reduce_by_block(int isMax, Sizes kept, Steps keptSteps, i64 count,
                                           Sizes folded, Steps foldedSteps, const float* x, float* y) {
  __shared__ float shared[32];
  const float* from = x + offset(kept, keptSteps, blockIdx.x);
  float result = isMax ? -INFINITE : 0.0f;
  for (i64 i = threadIdx.x; i < count; i += blockDim.x) {
    result = fold(isMax, result, from[offset(folded, foldedSteps, i)]);
  }
  result = isMax ? blockMax(result, shared) : blockSum(result, shared);
  if (threadIdx.x == 0) {
    y[blockIdx.x] = result;
  }
}

// Sums of the squares of `part` neighbours each, in f64; the host adds them up. Blocks of 256.
extern "C" __global__ void sum_of_squares(i64 count, i64 part, const float* x, double* sums) {
  __shared__ double sumOfThread[256];
  i64 to = min(count, ((i64)blockIdx.x + 1) * part);
  double sum = 0;
  for (i64 i = blockIdx.x * part + threadIdx.x; i < to; i += 256) {
    sum += (double)x[i] * x[i];
  }
  sumOfThread[threadIdx.x] = sum;
  for (int half = 128; half > 0; half /= 2) {
    __syncthreads();
    if ((int)threadIdx.x < half) {
      sumOfThread[threadIdx.x] += sumOfThread[threadIdx.x + half];
    }
  }
  if (threadIdx.x == 0) {
    sums[blockIdx.x] = sumOfThread[0];
  }
}
