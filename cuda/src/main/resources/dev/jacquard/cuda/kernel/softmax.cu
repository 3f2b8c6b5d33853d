// Softmax and cross-entropy; one block for each row.

// max x and sum exp(x - max x) of a row; the maximum is -infinity if the row is all that.
__device__ __forceinline__ void statistics(const float* x, i64 width, float* shared, float* max, float* sum) {
  float m = -INFINITE;
  for (i64 i = threadIdx.x; i < width; i += blockDim.x) {
    m = fmaxf(m, x[i]);
  }
  m = blockMax(m, shared);
  float s = 0;
  for (i64 i = threadIdx.x; i < width; i += blockDim.x) {
    s += m == -INFINITE ? 0.0f : expf(x[i] - m);
  }
  *max = m;
  *sum = blockSum(s, shared);
}

extern "C" __global__ void softmax(i64 width, const float* x, float* y) {
  __shared__ float shared[32];
  x += blockIdx.x * width;
  y += blockIdx.x * width;
  float max;
  float sum;
  statistics(x, width, shared, &max, &sum);
  for (i64 i = threadIdx.x; i < width; i += blockDim.x) {
    y[i] = max == -INFINITE ? 0.0f : expf(x[i] - max) / sum;
  }
}

// dx = y (dy - sum dy y)
extern "C" __global__ void softmax_backward(i64 width, const float* dy, const float* y, float* dx) {
  __shared__ float shared[32];
  dy += blockIdx.x * width;
  y += blockIdx.x * width;
  dx += blockIdx.x * width;
  float dot = 0;
  for (i64 i = threadIdx.x; i < width; i += blockDim.x) {
    dot += dy[i] * y[i];
  }
  dot = blockSum(dot, shared);
  for (i64 i = threadIdx.x; i < width; i += blockDim.x) {
    dx[i] = y[i] * (dy[i] - dot);
  }
}

extern "C" __global__ void log_sum_exp(i64 width, const float* x, float* lse) {
  __shared__ float shared[32];
  float max;
  float sum;
  statistics(x + blockIdx.x * width, width, shared, &max, &sum);
  if (threadIdx.x == 0) {
    lse[blockIdx.x] = max == -INFINITE ? max : max + logf(sum);
  }
}

extern "C" __global__ void cross_entropy(i64 width, const float* x, const int* labels, int ignore,
                                         float* loss, float* lse) {
  __shared__ float shared[32];
  x += blockIdx.x * width;
  float max;
  float sum;
  statistics(x, width, shared, &max, &sum);
  if (threadIdx.x == 0) {
    float l = max == -INFINITE ? max : max + logf(sum);
    int label = labels[blockIdx.x];
    lse[blockIdx.x] = l;
    loss[blockIdx.x] = label == ignore ? 0.0f : l - x[label];
  }
}

// dx = scale (exp(x - lse) - onehot(label))
extern "C" __global__ void cross_entropy_backward(i64 count, i64 width, float scale, const float* x,
                                                  const int* labels, int ignore, const float* lse,
                                                  float* dx) {
  i64 n = element();
  if (n < count) {
    int label = labels[n / width];
    float target = n % width == label ? 1.0f : 0.0f;
    dx[n] = label == ignore ? 0.0f : scale * (expf(x[n] - lse[n / width]) - target);
  }
}
