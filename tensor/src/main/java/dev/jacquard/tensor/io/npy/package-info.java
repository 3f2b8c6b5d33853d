/// The files of NumPy: `.npy` holds one array, `.npz` is a zip file of them.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.io.npy;
