package dev.jacquard.models.vq;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.tensor.io.CheckpointException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Sizes of a tokenizer of the VQGAN form.
///
/// @param imageChannels 1 for grey, 3 for RGB
/// @param channels width that the multipliers multiply
/// @param encoderMultipliers width of each level, from the finest; each but the last halves the
///   size
/// @param decoderMultipliers the same of the decoder
/// @param nResBlocks residual blocks of a level; the decoder has one more
/// @param zChannels width between the convolutions and the quantizer
/// @param quantizer what is done to the latents
/// @param normGroups groups of the norms
/// @param normEps of the norms
public record VqConfig(
    int imageChannels,
    int channels,
    List<Integer> encoderMultipliers,
    List<Integer> decoderMultipliers,
    int nResBlocks,
    int zChannels,
    QuantizerConfig quantizer,
    int normGroups,
    float normEps) {

  /// LlamaGen's tokenizer of stride 16.
  public static final VqConfig LLAMAGEN_16 = llamaGen(1, 1, 2, 2, 4);

  /// LlamaGen's tokenizer of stride 8.
  public static final VqConfig LLAMAGEN_8 = llamaGen(1, 2, 2, 4);

  /// Checks the numbers.
  ///
  /// @throws IllegalArgumentException if one is out of range
  public VqConfig {
    encoderMultipliers = List.copyOf(encoderMultipliers);
    decoderMultipliers = List.copyOf(decoderMultipliers);
    boolean positive = channels > 0 && nResBlocks > 0 && zChannels > 0 && normGroups > 0;
    if ((imageChannels != 1 && imageChannels != 3)
        || !positive
        || encoderMultipliers.isEmpty()
        || decoderMultipliers.isEmpty()) {
      throw new IllegalArgumentException(
          "vq: sizes out of range; image channels %d, channels %d, multipliers %s and %s, blocks %d, z %d, groups %d; need 1 or 3 image channels and the rest positive"
              .formatted(
                  imageChannels,
                  channels,
                  encoderMultipliers,
                  decoderMultipliers,
                  nResBlocks,
                  zChannels,
                  normGroups));
    }
    for (List<Integer> multipliers : List.of(encoderMultipliers, decoderMultipliers)) {
      for (int multiplier : multipliers) {
        if (multiplier < 1 || channels * multiplier % normGroups != 0) {
          throw new IllegalArgumentException(
              "vq: width of a level is no multiple of the norm's groups; channels %d times %d, groups %d"
                  .formatted(channels, multiplier, normGroups));
        }
      }
    }
  }

  private static VqConfig llamaGen(Integer... multipliers) {
    List<Integer> levels = Arrays.asList(multipliers);
    return new VqConfig(
        3, 128, levels, levels, 2, 256, QuantizerConfig.llamaGen(16_384, 8), 32, 1e-6f);
  }

  /// Pixels from one latent position to the next.
  ///
  /// @return a power of two
  public int stride() {
    return 1 << (encoderMultipliers.size() - 1);
  }

  /// Reads the sizes from a `config.json`, under the names of LlamaGen's code.
  ///
  /// @param file the configuration
  /// @return the sizes
  /// @throws CheckpointException if one is missing or out of range
  public static VqConfig read(ConfigFile file) throws CheckpointException {
    try {
      return new VqConfig(
          file.has("image_channels") ? file.intValue("image_channels") : 3,
          file.has("ch") ? file.intValue("ch") : 128,
          multipliers(file, "encoder_ch_mult"),
          multipliers(file, "decoder_ch_mult"),
          file.has("num_res_blocks") ? file.intValue("num_res_blocks") : 2,
          file.intValue("z_channels"),
          QuantizerConfig.read(file),
          file.has("norm_groups") ? file.intValue("norm_groups") : 32,
          file.has("norm_eps") ? (float) file.doubleValue("norm_eps") : 1e-6f);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), file.source());
    }
  }

  private static List<Integer> multipliers(ConfigFile file, String name)
      throws CheckpointException {
    return Arrays.stream(file.intValues(name)).boxed().toList();
  }

  /// The fields of a `config.json`.
  ///
  /// @return what [#read] reads
  public SequencedMap<String, Object> fields() {
    SequencedMap<String, Object> fields = new LinkedHashMap<>();
    fields.put("image_channels", imageChannels);
    fields.put("ch", channels);
    fields.put("encoder_ch_mult", encoderMultipliers);
    fields.put("decoder_ch_mult", decoderMultipliers);
    fields.put("num_res_blocks", nResBlocks);
    fields.put("z_channels", zChannels);
    fields.putAll(quantizer.fields());
    fields.put("norm_groups", normGroups);
    fields.put("norm_eps", normEps);
    return fields;
  }
}
