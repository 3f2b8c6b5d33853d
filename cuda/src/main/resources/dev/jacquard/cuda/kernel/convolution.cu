// Two-dimensional convolution and its derivatives, product by product. Letters as in
// ConvolutionKernels.

struct Window {
  i64 batch, channels, height, width;       // of x
  i64 outputs, outHeight, outWidth;         // of y
  i64 groups, kernelHeight, kernelWidth;    // of w
  i64 strideY, strideX, top, left, dilationY, dilationX;
};

// y = x * w + bias; one thread for each element of y
extern "C" __global__ void convolve(i64 count, Window g, const float* x, const float* w, const float* bias,
                                    float* y) {
  i64 n = element();
  if (n >= count) {
    return;
  }
  i64 ox = n % g.outWidth;
  i64 oy = n / g.outWidth % g.outHeight;
  i64 o = n / g.outWidth / g.outHeight % g.outputs;
  i64 b = n / g.outWidth / g.outHeight / g.outputs;
  i64 channels = g.channels / g.groups;
  i64 firstChannel = o / (g.outputs / g.groups) * channels;
  float sum = 0;
  for (i64 c = 0; c < channels; c++) {
    const float* plane = x + (b * g.channels + firstChannel + c) * g.height * g.width;
    const float* kernel = w + (o * channels + c) * g.kernelHeight * g.kernelWidth;
    for (i64 ky = 0; ky < g.kernelHeight; ky++) {
      i64 iy = oy * g.strideY + ky * g.dilationY - g.top;
      for (i64 kx = 0; kx < g.kernelWidth; kx++) {
        i64 ix = ox * g.strideX + kx * g.dilationX - g.left;
        if (iy >= 0 && iy < g.height && ix >= 0 && ix < g.width) {
          sum += plane[iy * g.width + ix] * kernel[ky * g.kernelWidth + kx];
        }
      }
    }
  }
  y[n] = sum + (bias == nullptr ? 0.0f : bias[o]);
}

// Gradient by x; one thread for each element of x
extern "C" __global__ void convolve_input(i64 count, Window g, const float* y, const float* w, float* x) {
  i64 n = element();
  if (n >= count) {
    return;
  }
  i64 ix = n % g.width;
  i64 iy = n / g.width % g.height;
  i64 c = n / g.width / g.height % g.channels;
  i64 b = n / g.width / g.height / g.channels;
  i64 channels = g.channels / g.groups;
  i64 outputs = g.outputs / g.groups;
  i64 group = c / channels;
  float sum = 0;
  for (i64 o = group * outputs; o < (group + 1) * outputs; o++) {
    const float* plane = y + (b * g.outputs + o) * g.outHeight * g.outWidth;
    const float* kernel = w + (o * channels + c % channels) * g.kernelHeight * g.kernelWidth;
    for (i64 ky = 0; ky < g.kernelHeight; ky++) {
      i64 down = iy + g.top - ky * g.dilationY;
      for (i64 kx = 0; kx < g.kernelWidth; kx++) {
        i64 across = ix + g.left - kx * g.dilationX;
        if (down >= 0 && across >= 0 && down % g.strideY == 0 && across % g.strideX == 0 &&
            down / g.strideY < g.outHeight && across / g.strideX < g.outWidth) {
          sum += plane[down / g.strideY * g.outWidth + across / g.strideX] *
                 kernel[ky * g.kernelWidth + kx];
        }
      }
    }
  }
  x[n] = sum;
}

// Gradient by w; one block for each element of w
extern "C" __global__ void convolve_weight(Window g, const float* y, const float* x, float* w) {
  __shared__ float shared[32];
  i64 n = blockIdx.x;
  i64 channels = g.channels / g.groups;
  i64 kx = n % g.kernelWidth;
  i64 ky = n / g.kernelWidth % g.kernelHeight;
  i64 c = n / g.kernelWidth / g.kernelHeight % channels;
  i64 o = n / g.kernelWidth / g.kernelHeight / channels;
  i64 channel = o / (g.outputs / g.groups) * channels + c;
  i64 pixels = g.outHeight * g.outWidth;
  float sum = 0;
  for (i64 i = threadIdx.x; i < g.batch * pixels; i += blockDim.x) {
    i64 b = i / pixels;
    i64 iy = i % pixels / g.outWidth * g.strideY + ky * g.dilationY - g.top;
    i64 ix = i % g.outWidth * g.strideX + kx * g.dilationX - g.left;
    if (iy >= 0 && iy < g.height && ix >= 0 && ix < g.width) {
      sum += y[(b * g.outputs + o) * pixels + i % pixels] *
             x[((b * g.channels + channel) * g.height + iy) * g.width + ix];
    }
  }
  sum = blockSum(sum, shared);
  if (threadIdx.x == 0) {
    w[n] = sum;
  }
}
