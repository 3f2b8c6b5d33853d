package dev.jacquard.cuda.driver;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// What Jacquard asks of NVIDIA's libraries, and nothing more: the driver (`libcuda`), the compiler
/// (`libnvrtc`) and the matrix product (`libcublas`).
///
/// Contexts, modules, functions, streams, events and device memory are numbers here, as they are
/// there. A thread calls [#useContext] before anything that concerns a device. Every method throws
/// [dev.jacquard.tensor.shape.DeviceException] with the name of the failed call, NVIDIA's own words
/// and what to do. Errors of kernels appear in a later call, since kernels run while the host goes
/// on; after one of them no call of the process on that device succeeds any more.
public interface CudaDriver {
  // ---- devices ----

  /// The newest CUDA that the driver supports.
  ///
  /// @return for example 12040 for 12.4
  int version();

  /// How many devices there are.
  ///
  /// @return 0 if there is none
  int deviceCount();

  /// What a device is called.
  ///
  /// @param device its number, from 0
  /// @return for example `"NVIDIA H100 PCIe"`
  String deviceName(int device);

  /// Memory of a device.
  ///
  /// @param device its number
  /// @return in bytes
  long deviceBytes(int device);

  /// A property of a device.
  ///
  /// @param device its number
  /// @param attribute which one, a `CUdevice_attribute`
  /// @return its value
  int deviceAttribute(int device, int attribute);

  /// Opens a device for this process; counted, so that each call needs one [#releaseContext].
  ///
  /// @param device its number
  /// @return its context
  long retainContext(int device);

  /// Takes one [#retainContext] back.
  ///
  /// @param device its number
  void releaseContext(int device);

  /// Makes a context the calling thread's.
  ///
  /// @param context from [#retainContext]
  void useContext(long context);

  /// Waits for everything that was asked of the device.
  void await();

  // ---- memory ----

  /// Takes memory that only the device can reach.
  ///
  /// @param bytes size, at least 1
  /// @return address of its first byte
  /// @throws dev.jacquard.tensor.shape.NativeMemoryException if there is not enough; the process
  ///   can go on
  long allocate(long bytes);

  /// Takes memory that host and device reach under the same address; the driver moves its pages.
  ///
  /// @param bytes size, at least 1
  /// @return address of its first byte
  /// @throws dev.jacquard.tensor.shape.NativeMemoryException if there is not enough; the process
  ///   can go on
  long allocateManaged(long bytes);

  /// Gives memory back, after all kernels that were asked for.
  ///
  /// @param address what an allocation returned
  void free(long address);

  /// Memory of the current context's device that nobody has.
  ///
  /// @return in bytes
  long freeBytes();

  /// Copies to the device.
  ///
  /// @param to address there
  /// @param from native memory, left alone until the stream was waited for
  /// @param stream a stream, or 0
  void copyToDevice(long to, MemorySegment from, long stream);

  /// Copies to the host.
  ///
  /// @param from address on the device
  /// @param to native memory, left alone until the stream was waited for
  /// @param stream a stream, or 0
  void copyToHost(long from, MemorySegment to, long stream);

  /// Copies on the device.
  ///
  /// @param from address
  /// @param to address
  /// @param bytes how many
  /// @param stream a stream, or 0
  void copyOnDevice(long from, long to, long bytes, long stream);

  /// Sets 32-bit words.
  ///
  /// @param to address, a multiple of 4
  /// @param word every word
  /// @param count how many words
  /// @param stream a stream, or 0
  void fill(long to, int word, long count, long stream);

  // ---- streams and events ----

  /// A sequence of work that waits for no other, [#await] aside.
  ///
  /// @return the stream
  long createStream();

  /// Waits for the work of a stream.
  ///
  /// @param stream a stream, or 0
  void awaitStream(long stream);

  /// Gives a stream back.
  ///
  /// @param stream from [#createStream]
  void destroyStream(long stream);

  /// A mark in a stream, with the time of day.
  ///
  /// @return the event
  long createEvent();

  /// Sets a mark behind the work that the stream has.
  ///
  /// @param event from [#createEvent]
  /// @param stream a stream, or 0
  void recordEvent(long event, long stream);

  /// Waits until a mark is reached.
  ///
  /// @param event what was recorded
  void awaitEvent(long event);

  /// Lets the later work of a stream wait for a mark in another.
  ///
  /// @param stream who waits
  /// @param event what was recorded
  void streamWaits(long stream, long event);

  /// Time between two marks that were reached.
  ///
  /// @param start the earlier
  /// @param end the later
  /// @return milliseconds
  float elapsedMillis(long start, long end);

  /// Gives a mark back.
  ///
  /// @param event from [#createEvent]
  void destroyEvent(long event);

  // ---- kernels ----

  /// Architectures that the compiler can make machine code for.
  ///
  /// @return for example `[75, 80, 90]`, ascending
  List<Integer> compilerTargets();

  /// Compiles CUDA C.
  ///
  /// @param name what errors call the source
  /// @param source CUDA C
  /// @param options for example `--gpu-architecture=sm_90`: machine code, or `compute_90`: PTX
  /// @return what [#loadModule] takes
  /// @throws dev.jacquard.tensor.shape.DeviceException with the compiler's log if the source is
  ///   wrong, or if there is no compiler
  byte[] compile(String name, String source, List<String> options);

  /// Loads compiled kernels into the current context.
  ///
  /// @param image PTX or machine code
  /// @return the module
  long loadModule(byte[] image);

  /// Gives a module back.
  ///
  /// @param module from [#loadModule]
  void unloadModule(long module);

  /// A kernel by name.
  ///
  /// @param module from [#loadModule]
  /// @param name as in an `extern "C"` declaration
  /// @return the function
  long function(long module, String name);

  /// Runs a kernel.
  ///
  /// @param function from [#function]
  /// @param shape how many threads
  /// @param parameters the kernel's parameters one after the other, each aligned to its size
  /// @param stream a stream, or 0
  void launch(long function, LaunchShape shape, MemorySegment parameters, long stream);

  // ---- cuBLAS ----

  /// Whether there is a cuBLAS.
  ///
  /// @return false if the library was not found
  boolean hasBlas();

  /// Starts cuBLAS in the current context.
  ///
  /// @param stream whose work products become
  /// @return a handle
  long createBlas(long stream);

  /// Stops cuBLAS.
  ///
  /// @param handle from [#createBlas]
  void destroyBlas(long handle);

  /// `C = alpha · op(A) · op(B) + beta · C` for f32 matrices in **column-major** order, several at
  /// equal distances.
  ///
  /// @param handle from [#createBlas]
  /// @param product sizes and factors
  /// @param a address of `op(A)`'s first element
  /// @param b address of `op(B)`'s first element
  /// @param c address of `C`'s first element
  void multiply(long handle, Product product, long a, long b, long c);

  /// Sizes of the matrices of a product, in the letters of BLAS.
  ///
  /// @param transposeA whether `op(A)` is `Aᵀ`
  /// @param transposeB whether `op(B)` is `Bᵀ`
  /// @param m rows of `op(A)` and `C`
  /// @param n columns of `op(B)` and `C`
  /// @param k columns of `op(A)`, rows of `op(B)`
  /// @param lda elements from one column of `A` to the next
  /// @param ldb the same of `B`
  /// @param ldc the same of `C`
  /// @param alpha factor of the product
  /// @param beta factor of what `C` holds
  /// @param strideA elements from one matrix `A` to the next
  /// @param strideB the same of `B`
  /// @param strideC the same of `C`
  /// @param count number of products
  record Product(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      int lda,
      int ldb,
      int ldc,
      float alpha,
      float beta,
      long strideA,
      long strideB,
      long strideC,
      int count) {}
}
