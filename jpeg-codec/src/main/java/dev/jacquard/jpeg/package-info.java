/// The JPEG codec: pictures to files and back, bit for bit as libjpeg-turbo does it.
///
/// ITU-T T.81 (ISO/IEC 10918-1, 1992), the DCT-based processes that are not hierarchical, with
/// samples of 8 bits, for reading 12 bits too, and the lossless process with Huffman coding for
/// reading, in JFIF files (T.871). Each stage of the standard is one package-private class.
///
/// Read in this order: [dev.jacquard.jpeg.JpegEncoder], `ForwardStage` (A.1 to A.3), `Mcu` (A.2),
/// `StreamWriter`, `ScanEncoder`, `BlockEncoders` (F.1, G.1), `HuffmanBlockEncoder`,
/// `HuffmanEncoder` (Annex C); then [dev.jacquard.jpeg.JpegDecoder], `HeaderReader` and
/// `SegmentParser` (Annex B), `FrameDecoder`, `ScanDecoder` (E.2), `BlockDecoders`, which chooses
/// among `HuffmanDc` and `HuffmanAc` (F.2.2), with their fast form `HuffmanBlock` and
/// `HuffmanLookup`, `HuffmanAcFirst`, `HuffmanAcRefinement` and `DcRefinement` (Annex G) and their
/// arithmetic twins `ArithmeticDc`, `ArithmeticAc` and `ArithmeticAcRefinement` (F.2.4, G.1.3),
/// `BitReader` (F.2.2.5), `ArithmeticDecoder` (Annex D), `Progression` and `BlockSmoothing` (G.1.1,
/// K.8), `RowStage`, `InverseStage`, `RasterStage`, `ParallelScan`; `LosslessDecoder` and
/// `LosslessScan` (Annex H); [dev.jacquard.jpeg.PushDecoder] for streams that are still growing;
/// and between both [dev.jacquard.jpeg.JpegTranscoder] and `LosslessTransform`.
@NullMarked
package dev.jacquard.jpeg;

import org.jspecify.annotations.NullMarked;
