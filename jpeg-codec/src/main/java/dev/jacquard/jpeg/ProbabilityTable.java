package dev.jacquard.jpeg;

/// The probability estimation state machine of the arithmetic coders (T.81 D.1.5.3, table D.3).
///
/// The state of a decision is one byte: the index in the table, and in its top bit the more
/// probable symbol.
final class ProbabilityTable {
  /// The state whose probability is always one half, for decisions that are not modelled.
  static final byte FIXED = 113;

  // by index: Qe; the next index after the less probable symbol, with a top bit where that symbol
  // then becomes the more probable one; the next index after the more probable symbol
  private static final int[] ROWS = {
    0x5a1d_81_01, 0x2586_0e_02, 0x1114_10_03, 0x080b_12_04, 0x03d8_14_05, //
    0x01da_17_06, 0x00e5_19_07, 0x006f_1c_08, 0x0036_1e_09, 0x001a_21_0a, //
    0x000d_23_0b, 0x0006_09_0c, 0x0003_0a_0d, 0x0001_0c_0d, 0x5a7f_8f_0f, //
    0x3f25_24_10, 0x2cf2_26_11, 0x207c_27_12, 0x17b9_28_13, 0x1182_2a_14, //
    0x0cef_2b_15, 0x09a1_2d_16, 0x072f_2e_17, 0x055c_30_18, 0x0406_31_19, //
    0x0303_33_1a, 0x0240_34_1b, 0x01b1_36_1c, 0x0144_38_1d, 0x00f5_39_1e, //
    0x00b7_3b_1f, 0x008a_3c_20, 0x0068_3e_21, 0x004e_3f_22, 0x003b_20_23, //
    0x002c_21_09, 0x5ae1_a5_25, 0x484c_40_26, 0x3a0d_41_27, 0x2ef1_43_28, //
    0x261f_44_29, 0x1f33_45_2a, 0x19a8_46_2b, 0x1518_48_2c, 0x1177_49_2d, //
    0x0e74_4a_2e, 0x0bfb_4b_2f, 0x09f8_4d_30, 0x0861_4e_31, 0x0706_4f_32, //
    0x05cd_30_33, 0x04de_32_34, 0x040f_32_35, 0x0363_33_36, 0x02d4_34_37, //
    0x025c_35_38, 0x01f8_36_39, 0x01a4_37_3a, 0x0160_38_3b, 0x0125_39_3c, //
    0x00f6_3a_3d, 0x00cb_3b_3e, 0x00ab_3d_3f, 0x008f_3d_20, 0x5b12_c1_41, //
    0x4d04_50_42, 0x412c_51_43, 0x37d8_52_44, 0x2fe8_53_45, 0x293c_54_46, //
    0x2379_56_47, 0x1edf_57_48, 0x1aa9_57_49, 0x174e_48_4a, 0x1424_48_4b, //
    0x119c_4a_4c, 0x0f6b_4a_4d, 0x0d51_4b_4e, 0x0bb6_4d_4f, 0x0a40_4d_30, //
    0x5832_d0_51, 0x4d1c_58_52, 0x438e_59_53, 0x3bdd_5a_54, 0x34ee_5b_55, //
    0x2eae_5c_56, 0x299a_5d_57, 0x2516_56_47, 0x5570_d8_59, 0x4ca9_5f_5a, //
    0x44d9_60_5b, 0x3e22_61_5c, 0x3824_63_5d, 0x32b4_63_5e, 0x2e17_5d_56, //
    0x56a8_df_60, 0x4f46_65_61, 0x47e5_66_62, 0x41cf_67_63, 0x3c3d_68_64, //
    0x375e_63_5d, 0x5231_69_66, 0x4c0f_6a_67, 0x4639_6b_68, 0x415e_67_63, //
    0x5627_e9_6a, 0x50e7_6c_6b, 0x4b85_6d_67, 0x5597_6e_6d, 0x504f_6f_6b, //
    0x5a10_ee_6f, 0x5522_70_6d, 0x59eb_f0_6f
  };

  private static final int[] QE = new int[FIXED + 1];
  private static final byte[] AFTER_LPS = new byte[256];
  private static final byte[] AFTER_MPS = new byte[256];

  static {
    for (int i = 0; i < ROWS.length; i++) {
      add(i, ROWS[i] >> 16, ROWS[i] >> 8 & 0xFF, ROWS[i] & 0xFF);
    }
    add(FIXED, QE[0], FIXED, FIXED);
  }

  private ProbabilityTable() {}

  private static void add(int index, int qe, int afterLps, int afterMps) {
    QE[index] = qe;
    for (int mps = 0; mps < 2; mps++) {
      AFTER_LPS[mps << 7 | index] = (byte) (mps << 7 ^ afterLps);
      AFTER_MPS[mps << 7 | index] = (byte) (mps << 7 | afterMps);
    }
  }

  /// The size of the less probable symbol's part of the coding interval, of about `2^16`.
  static int qe(byte state) {
    return QE[state & 0x7F];
  }

  static int moreProbableSymbol(byte state) {
    return state >> 7 & 1;
  }

  static byte afterLps(byte state) {
    return AFTER_LPS[state & 0xFF];
  }

  static byte afterMps(byte state) {
    return AFTER_MPS[state & 0xFF];
  }
}
