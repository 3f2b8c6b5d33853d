/// Tensors on NVIDIA GPUs: [dev.jacquard.cuda.CudaBackend], found by name where this module is on
/// the path.
///
/// ```java
/// try (Backend gpu = Backends.byName("cuda", 1)) { ... }
/// ```
@org.jspecify.annotations.NullMarked
package dev.jacquard.cuda;
