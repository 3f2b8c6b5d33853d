/// Kernels for NVIDIA GPUs, found at run time.
@org.jspecify.annotations.NullMarked
module dev.jacquard.cuda {
  requires transitive dev.jacquard.tensor;
  requires static transitive org.jspecify;

  exports dev.jacquard.cuda;
  exports dev.jacquard.cuda.driver;

  provides dev.jacquard.tensor.backend.BackendProvider with
      dev.jacquard.cuda.CudaBackendProvider;
}
