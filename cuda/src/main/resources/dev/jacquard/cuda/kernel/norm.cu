// Normalisations. A run is what is normalised together: a row, or a group of channels with all their
// pixels. Each weight belongs to a channel, which has `pixels` neighbouring elements (1 in rows).

// y = x rstd w, rstd = 1 / sqrt(mean(x^2) + eps); one block for each row
extern "C" __global__ void rms_norm(i64 width, const float* x, const float* w, float eps, float* y,
                                    float* rstd) {
  __shared__ float shared[32];
  x += blockIdx.x * width;
  y += blockIdx.x * width;
  float squares = 0;
  for (i64 i = threadIdx.x; i < width; i += blockDim.x) {
    squares += x[i] * x[i];
  }
  float r = 1 / sqrtf(blockSum(squares, shared) / (float)width + eps);
  for (i64 i = threadIdx.x; i < width; i += blockDim.x) {
    y[i] = x[i] * r * w[i];
  }
  if (threadIdx.x == 0) {
    rstd[blockIdx.x] = r;
  }
}

// dx; one block for each row
extern "C" __global__ void rms_norm_backward(i64 width, const float* dy, const float* x, const float* w,
                                             const float* rstd, float* dx) {
  __shared__ float shared[32];
  dy += blockIdx.x * width;
  x += blockIdx.x * width;
  dx += blockIdx.x * width;
  float r = rstd[blockIdx.x];
  float dot = 0; // sum dy w x: how much the row's scale matters
  for (i64 i = threadIdx.x; i < width; i += blockDim.x) {
    dot += dy[i] * w[i] * x[i];
  }
  float through = blockSum(dot, shared) * r * r / (float)width;
  for (i64 i = threadIdx.x; i < width; i += blockDim.x) {
    dx[i] = r * (dy[i] * w[i] - x[i] * through);
  }
}

// dw; one thread for each column
extern "C" __global__ void rms_norm_weight(i64 rows, i64 width, const float* dy, const float* x,
                                           const float* rstd, float* dw) {
  i64 c = element();
  if (c >= width) {
    return;
  }
  float sum = 0;
  for (i64 row = 0; row < rows; row++) {
    sum += dy[row * width + c] * x[row * width + c] * rstd[row];
  }
  dw[c] = sum;
}

// y = (x - mean) rstd w + b; one block for each run
extern "C" __global__ void center_norm(i64 size, i64 pixels, i64 channels, const float* x, const float* w,
                                       const float* b, float eps, float* y, float* mean, float* rstd) {
  __shared__ float shared[32];
  i64 start = blockIdx.x * size;
  float sum = 0;
  for (i64 i = threadIdx.x; i < size; i += blockDim.x) {
    sum += x[start + i];
  }
  float m = blockSum(sum, shared) / (float)size;
  float squares = 0;
  for (i64 i = threadIdx.x; i < size; i += blockDim.x) {
    float d = x[start + i] - m;
    squares += d * d;
  }
  float r = 1 / sqrtf(blockSum(squares, shared) / (float)size + eps);
  for (i64 i = threadIdx.x; i < size; i += blockDim.x) {
    i64 c = (start + i) / pixels % channels;
    y[start + i] = (x[start + i] - m) * r * w[c] + b[c];
  }
  if (threadIdx.x == 0) {
    mean[blockIdx.x] = m;
    rstd[blockIdx.x] = r;
  }
}

// dx; one block for each run
extern "C" __global__ void center_norm_backward(i64 size, i64 pixels, i64 channels, const float* dy,
                                                const float* x, const float* w, const float* mean,
                                                const float* rstd, float* dx) {
  __shared__ float shared[32];
  i64 start = blockIdx.x * size;
  float m = mean[blockIdx.x];
  float r = rstd[blockIdx.x];
  float shift = 0;   // how much the run's mean matters
  float stretch = 0; // how much its scale does
  for (i64 i = threadIdx.x; i < size; i += blockDim.x) {
    float g = dy[start + i] * w[(start + i) / pixels % channels];
    shift += g;
    stretch += g * (x[start + i] - m) * r;
  }
  shift = blockSum(shift, shared) / (float)size;
  stretch = blockSum(stretch, shared) / (float)size;
  for (i64 i = threadIdx.x; i < size; i += blockDim.x) {
    float g = dy[start + i] * w[(start + i) / pixels % channels];
    dx[start + i] = r * (g - shift - (x[start + i] - m) * r * stretch);
  }
}

// dw and db; one block for each channel. `size` elements of a run lie together.
extern "C" __global__ void center_norm_weight(i64 batch, i64 size, i64 pixels, i64 channels,
                                              const float* dy, const float* x, const float* mean,
                                              const float* rstd, float* dw, float* db) {
  __shared__ float shared[32];
  float weight = 0;
  float bias = 0;
  for (i64 i = threadIdx.x; i < batch * pixels; i += blockDim.x) {
    i64 at = (i / pixels * channels + blockIdx.x) * pixels + i % pixels;
    weight += dy[at] * (x[at] - mean[at / size]) * rstd[at / size];
    bias += dy[at];
  }
  weight = blockSum(weight, shared);
  bias = blockSum(bias, shared);
  if (threadIdx.x == 0) {
    dw[blockIdx.x] = weight;
    db[blockIdx.x] = bias;
  }
}
