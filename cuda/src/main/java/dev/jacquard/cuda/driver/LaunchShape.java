package dev.jacquard.cuda.driver;

/// How many threads a kernel is run by. Shared memory is what the kernel's source declares.
///
/// @param blocksX blocks along x, 1 to 2³¹ - 1
/// @param blocksY blocks along y, 1 to 65535
/// @param threads threads of a block, along x, 1 to 1024
public record LaunchShape(int blocksX, int blocksY, int threads) {}
