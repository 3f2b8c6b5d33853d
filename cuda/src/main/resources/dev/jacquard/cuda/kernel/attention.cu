// Scaled dot-product attention with grouped queries. Letters as in AttentionKernels.
//
// Forward and dq: one block for each row, that is a query of a head. Keys come in chunks of as many as
// the block has threads; each thread scores one key, then each thread adds up one or a few of the
// output's dimensions. The softmax is kept up to date from chunk to chunk (Milakov & Gimelshein 2018,
// arXiv:1805.02867; Dao et al. 2022, arXiv:2205.14135), so no row of scores exists as a whole.
// dk and dv: one block for each key; the queries that see it come in chunks.

#define CHUNK 128      // threads of a block
#define MAX_SIZE 512   // of a head and of a value
#define PER_THREAD 4   // MAX_SIZE / CHUNK

struct AttentionSizes {
  i64 batch, queries, keys, heads, groups, size, valueSize;
  i64 qStep[3]; // elements from one batch entry, query and head to the next
  i64 kStep[3];
  i64 vStep[3];
  i64 biasStep[4]; // batch entry, head, query, key
};

__device__ __forceinline__ float dot(const float* q, const unsigned char* k, int type, i64 at, i64 size) {
  float sum = 0;
  for (i64 d = 0; d < size; d++) {
    sum += q[d] * readFloat(k, type, at + d);
  }
  return sum;
}

extern "C" __global__ void attention(AttentionSizes s, const float* q, const unsigned char* k,
                                     const unsigned char* v, int type, float scale, const int* from,
                                     const int* to, const float* bias, float* out, float* lse) {
  __shared__ float shared[32];
  __shared__ float query[MAX_SIZE];
  __shared__ float weights[CHUNK];
  i64 row = blockIdx.x; // [B, H, T]
  i64 t = row % s.queries;
  i64 h = row / s.queries % s.heads;
  i64 b = row / s.queries / s.heads;
  i64 g = h / (s.heads / s.groups);
  int thread = (int)threadIdx.x;
  for (i64 d = thread; d < s.size; d += CHUNK) {
    query[d] = q[b * s.qStep[0] + t * s.qStep[1] + h * s.qStep[2] + d];
  }
  __syncthreads();
  i64 kStart = b * s.kStep[0] + g * s.kStep[2];
  i64 vStart = b * s.vStep[0] + g * s.vStep[2];
  i64 biasStart = b * s.biasStep[0] + h * s.biasStep[1] + t * s.biasStep[2];
  i64 end = to[b * s.queries + t];
  float max = -INFINITE;
  float sum = 0;
  float result[PER_THREAD] = {0, 0, 0, 0};
  for (i64 first = from[t]; first < end; first += CHUNK) {
    i64 key = first + thread;
    float score = -INFINITE;
    if (key < end) {
      score = scale * dot(query, k, type, kStart + key * s.kStep[1], s.size);
      score += bias == nullptr ? 0.0f : bias[biasStart + key * s.biasStep[3]];
    }
    float newMax = fmaxf(max, blockMax(score, shared));
    float shrink = newMax == -INFINITE ? 1.0f : expf(max - newMax); // of what was added so far
    float weight = newMax == -INFINITE ? 0.0f : expf(score - newMax);
    weights[thread] = weight;
    sum = sum * shrink + blockSum(weight, shared); // its barriers also cover `weights`
    max = newMax;
    int count = (int)min((i64)CHUNK, end - first);
    __syncthreads();
    for (int p = 0; p < PER_THREAD; p++) {
      i64 e = thread + (i64)p * CHUNK;
      if (e < s.valueSize) {
        float r = result[p] * shrink;
        for (int j = 0; j < count; j++) {
          // what is hidden by a bias does not count, be its value infinite
          float w = weights[j];
          r += w == 0 ? 0.0f : w * readFloat(v, type, vStart + (first + j) * s.vStep[1] + e);
        }
        result[p] = r;
      }
    }
    __syncthreads();
  }
  for (int p = 0; p < PER_THREAD; p++) {
    i64 e = thread + (i64)p * CHUNK;
    if (e < s.valueSize) {
      out[((b * s.queries + t) * s.heads + h) * s.valueSize + e] = sum == 0 ? 0.0f : result[p] / sum;
    }
  }
  if (thread == 0) {
    lse[row] = sum == 0 ? -INFINITE : max + logf(sum);
  }
}

// p and the gradient of the score, of one query and one key
__device__ __forceinline__ void scoreGradient(const AttentionSizes& s, const float* q, const float* k,
                                              const float* v, const float* dOut, float bias, float scale,
                                              float lse, float delta, float* p, float* dScore) {
  float score = bias;
  float qk = 0;
  for (i64 d = 0; d < s.size; d++) {
    qk += q[d] * k[d];
  }
  score += scale * qk;
  *p = score == -INFINITE ? 0.0f : expf(score - lse);
  float dp = 0;
  for (i64 e = 0; e < s.valueSize; e++) {
    dp += dOut[e] * v[e];
  }
  *dScore = *p * (dp - delta);
}

// dq, dBias, and delta = sum dOut out of each row
extern "C" __global__ void attention_backward_q(AttentionSizes s, const float* dOut, const float* q,
                                                const float* k, const float* v, const float* out,
                                                const float* lse, float scale, const int* from,
                                                const int* to, const float* bias, float* delta, float* dq,
                                                float* dBias) {
  __shared__ float shared[32];
  __shared__ float dScores[CHUNK];
  i64 row = blockIdx.x;
  i64 t = row % s.queries;
  i64 h = row / s.queries % s.heads;
  i64 b = row / s.queries / s.heads;
  i64 g = h / (s.heads / s.groups);
  int thread = (int)threadIdx.x;
  i64 query = (b * s.queries + t) * s.heads + h;
  const float* qRow = q + b * s.qStep[0] + t * s.qStep[1] + h * s.qStep[2];
  const float* kStart = k + b * s.kStep[0] + g * s.kStep[2];
  const float* vStart = v + b * s.vStep[0] + g * s.vStep[2];
  i64 biasStart = b * s.biasStep[0] + h * s.biasStep[1] + t * s.biasStep[2];
  i64 begin = from[t];
  i64 end = to[b * s.queries + t];
  float mean = 0;
  for (i64 e = thread; e < s.valueSize; e += CHUNK) {
    mean += dOut[query * s.valueSize + e] * out[query * s.valueSize + e];
  }
  mean = blockSum(mean, shared);
  if (thread == 0) {
    delta[row] = mean;
  }
  float result[PER_THREAD] = {0, 0, 0, 0};
  for (i64 first = 0; first < s.keys; first += CHUNK) {
    i64 key = first + thread;
    float p = 0;
    float dScore = 0;
    if (key >= begin && key < end) {
      float added = bias == nullptr ? 0.0f : bias[biasStart + key * s.biasStep[3]];
      scoreGradient(s, qRow, kStart + key * s.kStep[1], vStart + key * s.vStep[1],
                    dOut + query * s.valueSize, added, scale, lse[row], mean, &p, &dScore);
    }
    if (dBias != nullptr && key < s.keys) {
      dBias[row * s.keys + key] = dScore;
    }
    dScores[thread] = dScore;
    __syncthreads();
    int count = (int)min((i64)CHUNK, s.keys - first);
    for (int i = 0; i < PER_THREAD; i++) {
      i64 d = thread + (i64)i * CHUNK;
      if (d < s.size) {
        for (int j = 0; j < count; j++) {
          result[i] += dScores[j] * kStart[(first + j) * s.kStep[1] + d];
        }
      }
    }
    __syncthreads();
  }
  for (int i = 0; i < PER_THREAD; i++) {
    i64 d = thread + (i64)i * CHUNK;
    if (d < s.size) {
      dq[query * s.size + d] = scale * result[i];
    }
  }
}

// dk and dv
extern "C" __global__ void attention_backward_kv(AttentionSizes s, const float* dOut, const float* q,
                                                 const float* k, const float* v, const float* lse,
                                                 const float* delta, float scale, const int* from,
                                                 const int* to, const float* bias, float* dk, float* dv) {
  __shared__ float weights[CHUNK];
  __shared__ float dScores[CHUNK];
  i64 key = blockIdx.x / s.groups % s.keys; // blocks: [B, S, G]
  i64 g = blockIdx.x % s.groups;
  i64 b = blockIdx.x / s.groups / s.keys;
  i64 headsOfGroup = s.heads / s.groups;
  int thread = (int)threadIdx.x;
  const float* kRow = k + b * s.kStep[0] + key * s.kStep[1] + g * s.kStep[2];
  const float* vRow = v + b * s.vStep[0] + key * s.vStep[1] + g * s.vStep[2];
  float dkResult[PER_THREAD] = {0, 0, 0, 0};
  float dvResult[PER_THREAD] = {0, 0, 0, 0};
  i64 rows = headsOfGroup * s.queries;
  for (i64 first = 0; first < rows; first += CHUNK) {
    i64 n = first + thread; // a head of the group, a query
    float p = 0;
    float dScore = 0;
    if (n < rows) {
      i64 h = g * headsOfGroup + n / s.queries;
      i64 t = n % s.queries;
      if (key >= from[t] && key < to[b * s.queries + t]) {
        i64 row = (b * s.heads + h) * s.queries + t;
        i64 biasAt = b * s.biasStep[0] + h * s.biasStep[1] + t * s.biasStep[2] + key * s.biasStep[3];
        scoreGradient(s, q + b * s.qStep[0] + t * s.qStep[1] + h * s.qStep[2], kRow, vRow,
                      dOut + ((b * s.queries + t) * s.heads + h) * s.valueSize,
                      bias == nullptr ? 0.0f : bias[biasAt], scale, lse[row], delta[row], &p, &dScore);
      }
    }
    weights[thread] = p;
    dScores[thread] = dScore;
    __syncthreads();
    int count = (int)min((i64)CHUNK, rows - first);
    for (int j = 0; j < count; j++) {
      i64 h = g * headsOfGroup + (first + j) / s.queries;
      i64 t = (first + j) % s.queries;
      const float* qRow = q + b * s.qStep[0] + t * s.qStep[1] + h * s.qStep[2];
      const float* dOutRow = dOut + ((b * s.queries + t) * s.heads + h) * s.valueSize;
      for (int i = 0; i < PER_THREAD; i++) {
        i64 d = thread + (i64)i * CHUNK;
        dkResult[i] += d < s.size ? dScores[j] * qRow[d] : 0.0f;
        dvResult[i] += d < s.valueSize ? weights[j] * dOutRow[d] : 0.0f;
      }
    }
    __syncthreads();
  }
  for (int i = 0; i < PER_THREAD; i++) {
    i64 d = thread + (i64)i * CHUNK;
    if (d < s.size) {
      dk[blockIdx.x * s.size + d] = scale * dkResult[i];
    }
    if (d < s.valueSize) {
      dv[blockIdx.x * s.valueSize + d] = dvResult[i];
    }
  }
}
