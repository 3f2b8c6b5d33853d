/// TAESD: tiny autoencoders that stand in for those of diffusion models, with their published
/// weights. Read [dev.jacquard.models.taesd.TinyAutoencoder]; it is all there is.
///
/// Source: madebyollin/taesd (MIT).
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.taesd;
