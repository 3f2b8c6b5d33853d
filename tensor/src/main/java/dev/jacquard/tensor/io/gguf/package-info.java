/// GGUF, the files of llama.cpp: typed metadata, then tensors in ggml's types, aligned for mapping.
///
/// Source: `docs/gguf.md` of ggml-org/ggml.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.io.gguf;
