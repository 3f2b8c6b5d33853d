package dev.jacquard.tensor.io.zip;

/// One file within a zip file.
///
/// @param name path with slashes
/// @param isDeflated whether it is compressed; if not, it can be used in place
/// @param crc its CRC-32
/// @param storedBytes size within the zip file
/// @param bytes size once unpacked
/// @param offsetBytes where its contents start in the zip file
public record ZipItem(
    String name, boolean isDeflated, long crc, long storedBytes, long bytes, long offsetBytes) {}
