/// Attention layers, position embedding and the key-value cache.
@org.jspecify.annotations.NullMarked
package dev.jacquard.nn.attention;
