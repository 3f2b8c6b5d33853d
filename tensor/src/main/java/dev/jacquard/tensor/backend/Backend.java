package dev.jacquard.tensor.backend;

import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.Device;

/// A device with its memory and kernels. Kernels come in groups; a backend that lacks a group
/// returns another backend's.
///
/// Unless a kernel says otherwise its arguments are contiguous, `f32`, of checked shape, and
/// outputs do not overlap inputs. Outputs are overwritten. Results do not depend on the number of
/// threads. Backends may be shared between threads.
public interface Backend extends AutoCloseable {
  /// Name by which users choose it.
  ///
  /// @return `"cpu"`, `"reference"`, `"cuda"`
  String name();

  /// Where its tensors lie.
  ///
  /// @return the device
  Device device();

  /// Takes memory, which belongs to the current scope if there is one.
  ///
  /// @param bytes size
  /// @return storage with arbitrary contents
  Storage allocate(long bytes);

  /// Where the memory comes from; its counters show what is in use.
  ///
  /// @return the pool
  NativePool pool();

  /// All groups of its kernels.
  ///
  /// @return the groups
  KernelGroups groups();

  /// Copies and conversions.
  ///
  /// @return the group
  default CopyKernels copy() {
    return groups().copy();
  }

  /// Functions of one and two elements.
  ///
  /// @return the group
  default ElementwiseKernels elementwise() {
    return groups().elementwise();
  }

  /// Sums and maxima over axes.
  ///
  /// @return the group
  default ReduceKernels reduce() {
    return groups().reduce();
  }

  /// Matrix products.
  ///
  /// @return the group
  default MatmulKernels matmul() {
    return groups().matmul();
  }

  /// Convolutions of images.
  ///
  /// @return the group
  default ConvolutionKernels convolution() {
    return groups().convolution();
  }

  /// Resizing and pooling.
  ///
  /// @return the group
  default ResizeKernels resize() {
    return groups().resize();
  }

  /// Normalisations over the last axis, or over groups of channels.
  ///
  /// @return the group
  default NormKernels norm() {
    return groups().norm();
  }

  /// Softmax and the losses built on it.
  ///
  /// @return the group
  default SoftmaxKernels softmax() {
    return groups().softmax();
  }

  /// Scaled dot-product attention.
  ///
  /// @return the group
  default AttentionKernels attention() {
    return groups().attention();
  }

  /// Rotary position embedding.
  ///
  /// @return the group
  default RotaryKernels rotary() {
    return groups().rotary();
  }

  /// Gathering and scattering.
  ///
  /// @return the group
  default IndexKernels index() {
    return groups().index();
  }

  /// Order of elements.
  ///
  /// @return the group
  default SortKernels sort() {
    return groups().sort();
  }

  /// Cumulative sums and other recurrences.
  ///
  /// @return the group
  default ScanKernels scan() {
    return groups().scan();
  }

  /// Parameter updates.
  ///
  /// @return the group
  default OptimizerKernels optimizer() {
    return groups().optimizer();
  }

  /// Stops threads and gives memory back. No tensor of this backend may be used afterwards.
  @Override
  void close();
}
