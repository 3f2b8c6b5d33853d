/// Llamas: prompts read and tokens drawn. The peer, llama.cpp, is a script beside the other peers.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.llama;
