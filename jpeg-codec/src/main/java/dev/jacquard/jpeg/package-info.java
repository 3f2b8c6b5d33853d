/// The JPEG codec: pictures to files and back, bit for bit as libjpeg-turbo does it.
///
/// ITU-T T.81 (ISO/IEC 10918-1, 1992), sequential Huffman-coded processes with 8-bit samples, in
/// JFIF files (T.871). Each stage of the standard is one package-private class.
///
/// Read in this order: [dev.jacquard.jpeg.JpegEncoder], `ForwardStage` (A.1 to A.3), `Mcu` (A.2),
/// `BlockEncoder` (F.1.2), `HuffmanEncoder` (Annex C); then [dev.jacquard.jpeg.JpegDecoder],
/// `HeaderReader` and `SegmentParser` (Annex B), `ScanDecoder` (E.2), `BlockDecoder` (F.2.2),
/// `BitReader` (F.2.2.5), `InverseStage`.
@NullMarked
package dev.jacquard.jpeg;

import org.jspecify.annotations.NullMarked;
