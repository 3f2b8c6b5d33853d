package dev.jacquard.jpeg;

/// How samples are to be shown.
///
/// @param model what the components mean
/// @param fancyUpsampling whether they are interpolated or just repeated
record Rendering(ColorModel model, boolean fancyUpsampling) {}
