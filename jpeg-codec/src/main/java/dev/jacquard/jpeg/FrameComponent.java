package dev.jacquard.jpeg;

/// One component as the frame header specifies it (T.81 B.2.2).
///
/// @param id component identifier `C`, 0..255
/// @param h horizontal sampling factor `H`, 1..4
/// @param v vertical sampling factor `V`, 1..4
/// @param tq quantisation table destination `Tq`, 0..3
record FrameComponent(int id, int h, int v, int tq) {}
