package dev.jacquard.models.eval;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureTensors;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.VarianceOp;
import java.util.List;

/// The means of a network's last feature maps.
///
/// @param net the network
/// @param backend who computes
public record PooledFeatures(FeatureNet net, Backend backend) implements FeatureExtractor {
  private static final int BATCH = 32;

  @Override
  public String name() {
    return net.name();
  }

  @Override
  public String hash() {
    return net.hash();
  }

  @Override
  public double[][] features(List<Picture> pictures) {
    double[][] features = new double[pictures.size()][];
    for (int from = 0; from < pictures.size(); from += BATCH) {
      List<Picture> part = pictures.subList(from, Math.min(from + BATCH, pictures.size()));
      float[] all =
          TensorScope.call(
              "features",
              () -> {
                Tensor last = net.features(PictureTensors.of(backend, part)).getLast();
                return VarianceOp.mean(last, 2, 3).toFloats(); // [B, C, 1, 1]
              });
      int width = all.length / part.size();
      for (int i = 0; i < part.size(); i++) {
        double[] row = new double[width];
        for (int c = 0; c < width; c++) {
          row[c] = all[i * width + c];
        }
        features[from + i] = row;
      }
    }
    return features;
  }
}
