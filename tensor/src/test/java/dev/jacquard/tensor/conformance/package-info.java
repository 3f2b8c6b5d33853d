/// What every backend must compute, as tests that a backend runs unchanged.
///
/// Expected values come from f64 loops written here without looking at any kernel, gradients from
/// central differences of those loops. A backend joins with one class:
///
/// ```java
/// class CudaConformanceTest implements BackendConformance {
///   private static final Lab LAB = new Lab(threads -> Backends.byName("cuda", threads), 1);
///
///   public Lab lab() { return LAB; }
///
///   @AfterAll
///   static void close() { LAB.close(); }
/// }
/// ```
///
/// Read in this order: [dev.jacquard.tensor.conformance.NormConformance],
/// [dev.jacquard.tensor.conformance.Lab], [dev.jacquard.tensor.conformance.Expect],
/// [dev.jacquard.tensor.conformance.Layout].
package dev.jacquard.tensor.conformance;
