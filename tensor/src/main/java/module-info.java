/// Tensors, kernels and automatic differentiation.
@org.jspecify.annotations.NullMarked
module dev.jacquard.tensor {
  requires jdk.incubator.vector;
  requires it.unimi.dsi.fastutil;
  requires tools.jackson.core;
  requires static transitive org.jspecify;

  exports dev.jacquard.tensor;
  exports dev.jacquard.tensor.autograd;
  exports dev.jacquard.tensor.backend;
  exports dev.jacquard.tensor.backend.reference;
  exports dev.jacquard.tensor.io;
  exports dev.jacquard.tensor.io.gguf;
  exports dev.jacquard.tensor.io.npy;
  exports dev.jacquard.tensor.io.torch;
  exports dev.jacquard.tensor.memory;
  exports dev.jacquard.tensor.op;
  exports dev.jacquard.tensor.random;
  exports dev.jacquard.tensor.shape;

  uses dev.jacquard.tensor.backend.BackendProvider;
  uses dev.jacquard.tensor.io.CheckpointFormat;

  provides dev.jacquard.tensor.backend.BackendProvider with
      dev.jacquard.tensor.backend.cpu.CpuBackendProvider,
      dev.jacquard.tensor.backend.reference.ReferenceBackendProvider;
  provides dev.jacquard.tensor.io.CheckpointFormat with
      dev.jacquard.tensor.io.SafetensorsFormat,
      dev.jacquard.tensor.io.torch.TorchFormat,
      dev.jacquard.tensor.io.npy.NpyFormat,
      dev.jacquard.tensor.io.gguf.GgufFormat,
      dev.jacquard.tensor.io.Llama2cReader.Format;
}
