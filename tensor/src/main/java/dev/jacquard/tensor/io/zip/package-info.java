/// Zip files whose entries are used in place, for the formats that are zip files.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.io.zip;
