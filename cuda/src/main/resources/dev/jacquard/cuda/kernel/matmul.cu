// c = a b, or c += a b, for f32 a and c and any floating-point b: the product where cuBLAS is missing
// or cannot read b.
//
// A block computes a tile of 32 x 32 of c with 256 threads, four rows of one column each. Tiles of a
// and b that meet pass through shared memory, so each number is loaded 32 times less often.

#define TILE 32
#define PAD 1 // keeps a warp that walks down a column out of one memory bank

extern "C" __global__ void matmul(i64 m, i64 n, i64 k, Sizes batches, const float* a, Steps aBatch,
                                  i64 aRow, i64 aColumn, const unsigned char* b, Steps bBatch, i64 bRow,
                                  i64 bColumn, int bType, float* c, int accumulate) {
  __shared__ float aTile[TILE][TILE + PAD];
  __shared__ float bTile[TILE][TILE + PAD];
  i64 tilesN = (n + TILE - 1) / TILE;
  i64 tiles = (m + TILE - 1) / TILE * tilesN;
  i64 matrix = blockIdx.x / tiles;
  i64 row0 = blockIdx.x % tiles / tilesN * TILE;
  i64 column0 = blockIdx.x % tilesN * TILE;
  a += offset(batches, aBatch, matrix);
  i64 bStart = offset(batches, bBatch, matrix);
  int tx = (int)threadIdx.x % TILE;
  int ty = (int)threadIdx.x / TILE; // 0 to 7
  float sum[4] = {0, 0, 0, 0};
  for (i64 k0 = 0; k0 < k; k0 += TILE) {
    for (int r = ty; r < TILE; r += 8) {
      // neighbours of a warp read neighbours in memory, whichever axis those lie on
      int ai = aColumn == 1 ? r : tx;
      int aj = aColumn == 1 ? tx : r;
      bool hasA = row0 + ai < m && k0 + aj < k;
      aTile[ai][aj] = hasA ? a[(row0 + ai) * aRow + (k0 + aj) * aColumn] : 0.0f;
      int bi = bColumn == 1 ? r : tx;
      int bj = bColumn == 1 ? tx : r;
      bool hasB = k0 + bi < k && column0 + bj < n;
      i64 at = bStart + (k0 + bi) * bRow + (column0 + bj) * bColumn;
      bTile[bi][bj] = hasB ? readFloat(b, bType, at) : 0.0f;
    }
    __syncthreads();
    int depth = (int)min((i64)TILE, k - k0);
    for (int l = 0; l < depth; l++) {
      float right = bTile[l][tx];
      for (int r = 0; r < 4; r++) {
        sum[r] += aTile[ty + 8 * r][l] * right;
      }
    }
    __syncthreads();
  }
  for (int r = 0; r < 4; r++) {
    i64 row = row0 + ty + 8 * r;
    i64 column = column0 + tx;
    if (row < m && column < n) {
      float* to = c + (matrix * m + row) * n + column;
      *to = accumulate ? *to + sum[r] : sum[r];
    }
  }
}
