/// The numeric stages of T.81 Annex A: discrete cosine transforms and quantisation.
///
/// All arithmetic is in integers and follows the "islow" method of the Independent JPEG Group's
/// library, which is the Loeffler-Ligtenberg-Moschytz factorisation (ICASSP 1989) with 13-bit
/// constants, so that results are the same on every machine and equal to that library's.
///
/// Read in this order: [dev.jacquard.jpeg.dct.ZigZag], [dev.jacquard.jpeg.dct.ForwardDct],
/// [dev.jacquard.jpeg.dct.QuantTable], [dev.jacquard.jpeg.dct.InverseDct].
///
/// `VectorForwardDct` and `VectorInverseDct` do the same with the Vector API, whose module the
/// codec requires only at compile time: [dev.jacquard.jpeg.dct.ForwardTransform] and
/// [dev.jacquard.jpeg.dct.InverseTransform] choose once, and tests hold both against each other.
/// All of their helpers take and return arrays: a vector that crosses a call that is not inlined is
/// boxed.
@NullMarked
package dev.jacquard.jpeg.dct;

import org.jspecify.annotations.NullMarked;
