package dev.jacquard.tensor.backend;

/// The kernels of a backend, group by group.
///
/// @param copy copies and conversions
/// @param elementwise functions of one and two elements
/// @param reduce sums and maxima over axes
/// @param matmul matrix products
/// @param convolution convolutions of images
/// @param resize resizing and pooling
/// @param norm normalisations over the last axis, or over groups of channels
/// @param softmax softmax and the losses built on it
/// @param attention scaled dot-product attention
/// @param rotary rotary position embedding
/// @param index gathering and scattering
/// @param sort order of elements
/// @param scan cumulative sums and other recurrences
/// @param optimizer parameter updates
public record KernelGroups(
    CopyKernels copy,
    ElementwiseKernels elementwise,
    ReduceKernels reduce,
    MatmulKernels matmul,
    ConvolutionKernels convolution,
    ResizeKernels resize,
    NormKernels norm,
    SoftmaxKernels softmax,
    AttentionKernels attention,
    RotaryKernels rotary,
    IndexKernels index,
    SortKernels sort,
    ScanKernels scan,
    OptimizerKernels optimizer) {}
