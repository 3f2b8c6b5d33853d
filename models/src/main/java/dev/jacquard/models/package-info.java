/// What every family of image models shares: how it is found, loaded, asked for pictures and
/// trained.
///
/// Read in this order: [dev.jacquard.models.ModelFamily], [dev.jacquard.models.ImageModel],
/// [dev.jacquard.models.jpeglm.JpegLm].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models;
