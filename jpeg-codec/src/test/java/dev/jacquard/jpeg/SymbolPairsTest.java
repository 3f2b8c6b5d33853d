package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two symbols from one look-up are those that two look-ups give.
class SymbolPairsTest {
  @ParameterizedTest
  @EnumSource(HuffmanTables.class)
  void pairsAreTheSymbolsOneAfterTheOther(HuffmanTables tables) {
    SplittableRandom random = new SplittableRandom(4);
    for (int number = 0; number < 2; number++) {
      HuffmanLookup symbols = new HuffmanLookup(tables.spec(false, number), false, 10);
      SymbolPairs pairs = new SymbolPairs(symbols);
      int found = 0;
      for (int i = 0; i < 20_000; i++) {
        long bits = random.nextLong();
        int entry = pairs.entry(bits);
        int first = symbols.whole(bits);
        if (entry == SymbolPairs.NONE) {
          boolean large = Math.abs(first >> 16) > 127;
          assertThat((first & HuffmanLookup.LENGTH) > 11 || large).as("none").isTrue();
          continue;
        }
        found++;
        int second = symbols.whole(bits << (first & HuffmanLookup.LENGTH));
        assertThat((int) SymbolPairs.firstValue(entry)).isEqualTo(first >> 16);
        int length = first & HuffmanLookup.LENGTH;
        if (SymbolPairs.length(entry) == length) {
          assertThat(SymbolPairs.secondStep(entry)).isZero();
          assertStep(SymbolPairs.firstStep(entry), first, entry);
        } else {
          assertThat(SymbolPairs.length(entry)).isEqualTo(length + (second & HuffmanLookup.LENGTH));
          assertThat(SymbolPairs.firstStep(entry)).isEqualTo(HuffmanLookup.step(first));
          assertThat((int) SymbolPairs.secondValue(entry)).isEqualTo(second >> 16);
          assertStep(SymbolPairs.secondStep(entry), second, entry);
        }
      }
      assertThat(found).isGreaterThan(10_000);
    }
  }

  private static void assertStep(int step, int symbol, int entry) {
    if (HuffmanLookup.step(symbol) == HuffmanLookup.END) {
      assertThat(SymbolPairs.end(entry)).isEqualTo(HuffmanLookup.END);
    } else {
      assertThat(SymbolPairs.end(entry)).isZero();
      assertThat(step).isEqualTo(HuffmanLookup.step(symbol));
    }
  }
}
