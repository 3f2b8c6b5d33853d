/// Readers and writers of checkpoint files.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.io;
