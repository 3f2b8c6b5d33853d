package dev.jacquard.models;

import dev.jacquard.models.data.Picture;

/// One picture that a model drew.
///
/// @param picture its pixels
/// @param file the picture as a file, written by the model itself or encoded
/// @param extension of the file name, without dot
/// @param tokens number of tokens drawn for it
/// @param isComplete whether it came out whole: nothing had to be repaired
@SuppressWarnings("ArrayRecordComponent") // nobody compares pictures by value
public record GeneratedImage(
    Picture picture, byte[] file, String extension, int tokens, boolean isComplete) {}
