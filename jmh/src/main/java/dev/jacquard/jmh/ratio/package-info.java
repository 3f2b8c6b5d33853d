/// Turns JMH's results into tables of ratios.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.ratio;
