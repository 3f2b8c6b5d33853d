package dev.jacquard.models;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.SequenceModel;
import dev.jacquard.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Draws many pictures with a decoding loop, batch after batch: adds up over batches what the loop
/// reports of one, shows what is drawn, and keeps what is finished when it is cancelled.
public final class BatchDrawing {
  private final Pictures pictures;
  private final ImageModel.Request request;
  private final GenerationListener listener;

  /// Prepares a drawing.
  ///
  /// @param pictures what sequences are
  /// @param request what to draw
  /// @param listener hears of each step; may cancel
  public BatchDrawing(Pictures pictures, ImageModel.Request request, GenerationListener listener) {
    this.pictures = pictures;
    this.request = request;
    this.listener = listener;
  }

  /// One batch for the loop.
  ///
  /// @param model draws it
  /// @param request with a prompt for each sequence
  public record Batch(SequenceModel model, DecodingLoop.Request request) {}

  /// What a model's sequences are.
  public interface Pictures {
    /// The batch of some pictures.
    ///
    /// @param first number of the first
    /// @param randoms one stream for each
    /// @return model and request
    Batch batch(int first, List<RandomStream> randoms);

    /// What can be seen of a sequence.
    ///
    /// @param tokens `[T]`, perhaps not all
    /// @return a picture
    Picture preview(int[] tokens);

    /// Whether a sequence has come to its end.
    ///
    /// @param tokens `[T]`
    /// @return false if it was cancelled before
    boolean isFinished(int[] tokens);

    /// The picture of a sequence.
    ///
    /// @param tokens `[T]`
    /// @param promptLength how many of them were given
    /// @return the picture
    GeneratedImage image(int[] tokens, int promptLength);
  }

  /// Draws.
  ///
  /// @return the pictures in order; when cancelled, those that are finished
  public List<GeneratedImage> draw() {
    RandomStream random = RandomStream.of(request.sampling().seed()).split("sampling");
    Progress progress = new Progress();
    List<GeneratedImage> images = new ArrayList<>();
    while (images.size() < request.count() && !progress.cancelled) {
      int first = images.size();
      int size = Math.min(request.batch(), request.count() - first);
      Batch batch =
          pictures.batch(
              first, IntStream.range(first, first + size).mapToObj(random::split).toList());
      progress.startBatch(first, batch.request);
      int promptLength = batch.request.prompts().getFirst().length;
      for (int[] tokens : request.loop().generate(batch.model, batch.request, progress)) {
        if (!progress.cancelled || pictures.isFinished(tokens)) {
          images.add(pictures.image(tokens, promptLength));
        }
      }
    }
    return images;
  }

  private final class Progress implements DecodingLoop.Listener {
    private long tokensBefore;
    private long tokens;
    private int finishedBefore;
    private int[][] sequences = {};
    private int[] lengths = {};
    private int maxTokens;
    private boolean cancelled;

    void startBatch(int finished, DecodingLoop.Request batch) {
      tokensBefore = tokens;
      finishedBefore = finished;
      sequences = batch.prompts().toArray(int[][]::new);
      lengths = batch.prompts().stream().mapToInt(prompt -> prompt.length).toArray();
      maxTokens = batch.maxTokens();
    }

    @Override
    public void onTokens(int sequence, int[] tokensSoFar, int length) {
      sequences[sequence] = tokensSoFar;
      lengths[sequence] = length;
    }

    private List<Picture> previews() {
      return IntStream.range(0, sequences.length)
          .mapToObj(b -> pictures.preview(Arrays.copyOf(sequences[b], lengths[b])))
          .toList();
    }

    @Override
    public boolean onStep(long batchTokens, int running) {
      tokens = tokensBefore + batchTokens;
      listener.onPreview(finishedBefore, this::previews);
      boolean isLast = Arrays.stream(lengths).max().orElse(0) == maxTokens;
      int finished = isLast ? sequences.length : sequences.length - running;
      cancelled = !listener.onProgress(tokens, finishedBefore + finished);
      return !cancelled;
    }
  }
}
