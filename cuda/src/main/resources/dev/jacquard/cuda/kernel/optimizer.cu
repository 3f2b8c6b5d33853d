// AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2).

extern "C" __global__ void adamw(i64 count, float* p, const float* g, float* m, float* v, float beta1,
                                 float beta2, float keep, float rate, float rootCorrection, float eps,
                                 float gradientScale) {
  i64 n = element();
  if (n >= count) {
    return;
  }
  float gradient = g[n] * gradientScale;
  float first = beta1 * m[n] + (1 - beta1) * gradient;
  float second = beta2 * v[n] + (1 - beta2) * gradient * gradient;
  m[n] = first;
  v[n] = second;
  p[n] = p[n] * keep - rate * first / (sqrtf(second) / rootCorrection + eps);
}
