// Functions of one and two elements. Functions are numbered as in ElementwiseKernels.

enum Binary { ADD, SUB, MUL, DIV, MAX, MIN, POW, ATAN2, GREATER, EQUAL };

enum Unary {
  NEG, EXP, LOG, SQRT, TANH, SIGMOID, SILU, RELU, ABS, SIGN, FLOOR, ROUND, SQUARE, RECIPROCAL, RSQRT,
  LOG1P, EXPM1, SIN, COS, ATANH, ERF, GELU, GELU_TANH
};

#define GELU_SCALE 0.7978845608028654f // sqrt(2 / pi)
#define GELU_CUBE 0.044715f
#define SQRT_HALF 0.7071067811865476f

__device__ __forceinline__ float sigmoid(float x) { return 1 / (1 + expf(-x)); }

__device__ __forceinline__ float sign(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }

__device__ __forceinline__ float apply(int f, float a, float b) {
  switch (f) {
    case ADD: return a + b;
    case SUB: return a - b;
    case MUL: return a * b;
    case DIV: return a / b;
    case MAX: return a != a ? a : b != b ? b : a > b ? a : b;
    case MIN: return a != a ? a : b != b ? b : a < b ? a : b;
    case POW: return (float)pow((double)a, (double)b); // f32 variants are off by several units
    case ATAN2: return (float)atan2((double)a, (double)b);
    case GREATER: return a > b ? 1.0f : 0.0f;
    default: return a == b ? 1.0f : 0.0f;
  }
}

__device__ __forceinline__ float apply(int f, float x) {
  switch (f) {
    case NEG: return -x;
    case EXP: return expf(x);
    case LOG: return logf(x);
    case SQRT: return sqrtf(x);
    case TANH: return tanhf(x);
    case SIGMOID: return sigmoid(x);
    case SILU: return x * sigmoid(x);
    case RELU: return x < 0 ? 0.0f : x;
    case ABS: return fabsf(x);
    case SIGN: return sign(x);
    case FLOOR: return floorf(x);
    case ROUND: return rintf(x);
    case SQUARE: return x * x;
    case RECIPROCAL: return 1 / x;
    case RSQRT: return 1 / sqrtf(x);
    case LOG1P: return log1pf(x);
    case EXPM1: return expm1f(x);
    case SIN: return sinf(x);
    case COS: return cosf(x);
    case ATANH: return 0.5f * (log1pf(x) - log1pf(-x));
    case ERF: return erff(x);
    case GELU: return x * 0.5f * erfcf(-x * SQRT_HALF);
    default: return x * sigmoid(2 * GELU_SCALE * (x + GELU_CUBE * x * x * x));
  }
}

__device__ __forceinline__ float siluDerivative(float x) {
  float s = sigmoid(x);
  return s * (1 + x * (1 - s));
}

// f'(x), given y = f(x)
__device__ __forceinline__ float derivative(int f, float x, float y) {
  switch (f) {
    case NEG: return -1;
    case EXP: return y;
    case LOG: return 1 / x;
    case SQRT: return 0.5f / y;
    case TANH: return 1 - y * y;
    case SIGMOID: return y * (1 - y);
    case SILU: return siluDerivative(x);
    case RELU: return x > 0 ? 1.0f : 0.0f;
    case ABS: return sign(x);
    case SIGN: return 0;
    case FLOOR: return 0;
    case ROUND: return 0;
    case SQUARE: return 2 * x;
    case RECIPROCAL: return -y * y;
    case RSQRT: return -0.5f * y * y * y;
    case LOG1P: return 1 / (1 + x);
    case EXPM1: return y + 1;
    case SIN: return cosf(x);
    case COS: return -sinf(x);
    case ATANH: return 1 / (1 - x * x);
    case ERF: return 1.1283791670955126f * expf(-x * x); // 2 / sqrt(pi)
    case GELU: return 0.5f * erfcf(-x * SQRT_HALF) + x * 0.3989422804014327f * expf(-0.5f * x * x);
    default: {
      float s = sigmoid(2 * GELU_SCALE * (x + GELU_CUBE * x * x * x));
      return s + x * s * (1 - s) * 2 * GELU_SCALE * (1 + 3 * GELU_CUBE * x * x);
    }
  }
}

// y = f(a, b)
extern "C" __global__ void binary(i64 count, int f, Sizes sizes, const float* a, Steps aSteps,
                                  const float* b, Steps bSteps, float* y) {
  i64 n = element();
  if (n < count) {
    y[n] = apply(f, a[offset(sizes, aSteps, n)], b[offset(sizes, bSteps, n)]);
  }
}

// y = f(x)
extern "C" __global__ void unary(i64 count, int f, const float* x, float* y) {
  i64 n = element();
  if (n < count) {
    y[n] = apply(f, x[n]);
  }
}

// dx = f'(x) dy
extern "C" __global__ void unary_backward(i64 count, int f, const float* dy, const float* x,
                                          const float* y, float* dx) {
  i64 n = element();
  if (n < count) {
    dx[n] = dy[n] * derivative(f, x[n], y[n]);
  }
}

// y = alpha x + beta
extern "C" __global__ void affine(i64 count, const float* x, float alpha, float beta, float* y) {
  i64 n = element();
  if (n < count) {
    y[n] = alpha * x[n] + beta;
  }
}

// y = alpha a + beta b
extern "C" __global__ void weighted_sum(i64 count, const float* a, float alpha, const float* b,
                                        float beta, float* y) {
  i64 n = element();
  if (n < count) {
    y[n] = alpha * a[n] + beta * b[n];
  }
}

// y = min(max(x, low), high); NaN stays NaN
extern "C" __global__ void clamp(i64 count, const float* x, float low, float high, float* y) {
  i64 n = element();
  if (n < count) {
    y[n] = x[n] < low ? low : x[n] > high ? high : x[n];
  }
}

// dx = dy where low <= x <= high, else 0
extern "C" __global__ void clamp_backward(i64 count, const float* dy, const float* x, float low,
                                          float high, float* dx) {
  i64 n = element();
  if (n < count) {
    dx[n] = low <= x[n] && x[n] <= high ? dy[n] : 0.0f;
  }
}

// y = a where the mask is not 0, else b
extern "C" __global__ void select_either(i64 count, Sizes sizes, const float* mask, Steps maskSteps,
                                         const float* a, Steps aSteps, const float* b, Steps bSteps,
                                         float* y) {
  i64 n = element();
  if (n < count) {
    bool first = mask[offset(sizes, maskSteps, n)] != 0;
    y[n] = first ? a[offset(sizes, aSteps, n)] : b[offset(sizes, bSteps, n)];
  }
}

// y = silu(gate) up
extern "C" __global__ void swiglu(i64 count, const float* gate, const float* up, float* y) {
  i64 n = element();
  if (n < count) {
    y[n] = gate[n] * sigmoid(gate[n]) * up[n];
  }
}

extern "C" __global__ void swiglu_backward(i64 count, const float* dy, const float* gate,
                                           const float* up, float* dGate, float* dUp) {
  i64 n = element();
  if (n < count) {
    float g = gate[n];
    dGate[n] = dy[n] * up[n] * siluDerivative(g);
    dUp[n] = dy[n] * g * sigmoid(g);
  }
}
