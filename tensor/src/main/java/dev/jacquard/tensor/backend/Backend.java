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

  /// Copies and conversions.
  ///
  /// @return the group
  CopyKernels copy();

  /// Functions of one and two elements.
  ///
  /// @return the group
  ElementwiseKernels elementwise();

  /// Sums and maxima over axes.
  ///
  /// @return the group
  ReduceKernels reduce();

  /// Matrix products.
  ///
  /// @return the group
  MatmulKernels matmul();

  /// Convolutions of images.
  ///
  /// @return the group
  ConvolutionKernels convolution();

  /// Resizing and pooling.
  ///
  /// @return the group
  ResizeKernels resize();

  /// Normalisations over the last axis, or over groups of channels.
  ///
  /// @return the group
  NormKernels norm();

  /// Softmax and the losses built on it.
  ///
  /// @return the group
  SoftmaxKernels softmax();

  /// Scaled dot-product attention.
  ///
  /// @return the group
  AttentionKernels attention();

  /// Rotary position embedding.
  ///
  /// @return the group
  RotaryKernels rotary();

  /// Gathering and scattering.
  ///
  /// @return the group
  IndexKernels index();

  /// Order of elements.
  ///
  /// @return the group
  SortKernels sort();

  /// Cumulative sums and other recurrences.
  ///
  /// @return the group
  ScanKernels scan();

  /// Parameter updates.
  ///
  /// @return the group
  OptimizerKernels optimizer();

  /// Stops threads and gives memory back. No tensor of this backend may be used afterwards.
  @Override
  void close();
}
