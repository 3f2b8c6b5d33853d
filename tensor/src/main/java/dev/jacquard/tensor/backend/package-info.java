/// The service-provider interface: what a device must be able to compute.
///
/// A [dev.jacquard.tensor.backend.Backend] hands out memory and groups of kernels. Kernels see
/// [dev.jacquard.tensor.backend.TensorView]s, trust that shapes were checked, and know nothing of
/// gradients.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.backend;
