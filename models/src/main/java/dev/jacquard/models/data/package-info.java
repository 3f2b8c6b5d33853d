/// Picture sets: where training and test pictures come from, and how they are made equal in size.
///
/// [dev.jacquard.models.data.ImageSets#open] recognises what lies at a path: a folder of pictures,
/// MNIST-like IDX files, or a pack such as the bundled Noto-32. [dev.jacquard.models.data.Splits]
/// then divides any set by content, so that equal pictures never stand on both sides.
///
/// Read in this order: [dev.jacquard.models.data.Picture], [dev.jacquard.models.data.ImageSet],
/// [dev.jacquard.models.data.ImageFolderSet], [dev.jacquard.models.data.Splits].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.data;
