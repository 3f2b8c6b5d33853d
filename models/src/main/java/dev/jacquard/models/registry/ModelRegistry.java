package dev.jacquard.models.registry;

import static dev.jacquard.models.registry.SystemCard.planned;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Every system that Jacquard has or plans, as data. A new family adds its line here.
public final class ModelRegistry {

  private static final List<SystemCard> SYSTEMS =
      List.of(
          new SystemCard(
              "jpeg-lm",
              "bytes",
              "2408.08459",
              "JPEG-LM: LLMs as Image Generators with Canonical Codec Representations",
              "a language model over the bytes of JPEG files",
              "training, drawing and completing at small sizes",
              "JpegLmTest"),
          new SystemCard(
              "llama",
              "next token",
              "2302.13971",
              "LLaMA: Open and Efficient Foundation Language Models",
              "the decoder-only transformer that many of the systems share",
              "forward, cached decoding, gradients and AdamW as PyTorch computes them",
              "LlamaGoldenTest"),
          new SystemCard(
              "llamagen",
              "next token",
              "2406.06525",
              "Autoregressive Model Beats Diffusion: Llama for Scalable Image Generation",
              "class- and text-conditional Llama over VQ codes",
              "the GPT as the authors' code computes it; published files by key; training on codes,"
                  + " drawing from classes and captions",
              "LlamaGenTest"),
          planned(
              "elm",
              "next token",
              "2410.16257",
              "Elucidating the Design Space of Language Models for Image Generation",
              "binary-autoencoder codes, sub-code heads, AR against MLM"),
          planned(
              "digit",
              "next token",
              "2410.12490",
              "Stabilize the Latent Space for Image Autoregressive Modeling: A Unified Perspective",
              "codes from k-means over self-supervised features"),
          planned(
              "ctf",
              "next token",
              "2503.16194",
              "Improving Autoregressive Image Generation through Coarse-to-Fine Token Prediction",
              "coarse label first, fine label for all tokens at once"),
          new SystemCard(
              "token-shuffle",
              "next token",
              "2504.17789",
              "Token-Shuffle: Towards High-Resolution Image Generation with Autoregressive Models",
              "local windows of tokens merged into one position",
              "training, and drawing of a window a pass, from the paper alone (nothing was"
                  + " released); no guidance schedule, no large model",
              "TokenShuffleModelTest"),
          planned(
              "vf-prompt",
              "next token",
              "2502.16965",
              "Autoregressive Image Generation with Vision Full-view Prompt",
              "a full-view prompt of image tokens before generation"),
          planned(
              "lumina-mgpt",
              "next token",
              "2408.02657",
              "Lumina-mGPT: Illuminate Flexible Photorealistic Text-to-Image Generation with"
                  + " Multimodal Generative Pretraining",
              "one decoder-only model for text and images at any resolution"),
          planned(
              "lumina-mgpt-2",
              "next token",
              "2507.17801",
              "Lumina-mGPT 2.0: Stand-Alone AutoRegressive Image Modeling",
              "the same from scratch; speculative Jacobi decoding, inference-time scaling"),
          planned(
              "hyperfitting",
              "next token",
              "2412.04318",
              "The Hyperfitting Phenomenon: Sharpening and Stabilizing LLMs for Open-Ended Text"
                  + " Generation",
              "fine-tuning to near-zero loss, greedy decoding"),
          planned(
              "controlar",
              "next token",
              "2410.02705",
              "ControlAR: Controllable Image Generation with Autoregressive Models",
              "per-position fusion of control tokens; any resolution"),
          new SystemCard(
              "nar",
              "next token",
              "2503.10696",
              "Neighboring Autoregressive Modeling for Efficient Visual Generation",
              "next-neighbor prediction with one head per dimension",
              "training, and drawing by diagonals with guidance, completion and previews; mask,"
                  + " both heads, loss and drawing as the authors' code computes them",
              "NarModelTest"),
          planned(
              "arra",
              "next token",
              "2503.07334",
              "Unleashing the Potential of LLMs for Text-to-Image Generation through Autoregressive"
                  + " Representation Alignment",
              "hidden states aligned with a visual encoder while training"),
          planned(
              "asvr",
              "next token",
              "2506.09040",
              "Autoregressive Semantic Visual Reconstruction Helps VLMs Understand Better",
              "a vision-language model that also reconstructs semantic tokens"),
          planned(
              "x-omni",
              "next token",
              "2507.22058",
              "X-Omni: Reinforcement Learning Makes Discrete Autoregressive Image Generative Models"
                  + " Great Again",
              "semantic tokenizer, LLM and diffusion decoder, trained further with GRPO"),
          planned(
              "ear",
              "next token",
              "2506.20151",
              "EAR: Erasing Concepts from Unified Autoregressive Models",
              "a concept erased by fine-tuning"),
          planned(
              "parm",
              "next token",
              "2501.13926",
              "Can We Generate Images with CoT? Let's Verify and Reinforce Image Generation Step by"
                  + " Step",
              "each step verified and reinforced: best of N, DPO, potential assessment"),
          new SystemCard(
              "quantizers",
              "tokenizer",
              "",
              "Vector quantizers",
              "VQ, residual, multi-scale, FSQ, LFQ, BSQ, k-means, dual codebooks",
              "all of them, with losses, usage and `train vq`",
              "CodebookQuantizersTest"),
          planned(
              "hita",
              "tokenizer",
              "2507.02358",
              "Holistic Tokenizer for Autoregressive Image Generation",
              "holistic queries before patch tokens"),
          planned(
              "robustok",
              "tokenizer",
              "2509.12474",
              "Image Tokenizer Needs Post-Training",
              "latent perturbation in training, decoder post-training, pFID"),
          planned(
              "gigatok",
              "tokenizer",
              "2504.08736",
              "GigaTok: Scaling Visual Tokenizers to 3 Billion Parameters for Autoregressive Image"
                  + " Generation",
              "semantic regularisation to scale tokenizers"),
          planned(
              "dq-vae",
              "tokenizer",
              "2305.11718",
              "Towards Accurate Image Coding: Improved Autoregressive Image Generation with Dynamic"
                  + " Vector Quantization",
              "variable code length by information density"),
          planned(
              "flextok",
              "tokenizer",
              "2502.13967",
              "FlexTok: Resampling Images into 1D Token Sequences of Flexible Length",
              "1-D tokens of flexible length, nested dropout, flow decoder"),
          planned(
              "detailflow",
              "tokenizer",
              "2505.21473",
              "DetailFlow: 1D Coarse-to-Fine Autoregressive Image Generation via Next-Detail"
                  + " Prediction",
              "1-D next-detail tokens, parallel decoding with self-correction"),
          planned(
              "tokenflow",
              "tokenizer",
              "2412.03069",
              "TokenFlow: Unified Image Tokenizer for Multimodal Understanding and Generation",
              "semantic and pixel codebooks with shared indices"),
          planned(
              "d-ar",
              "tokenizer",
              "2505.23660",
              "D-AR: Diffusion via Autoregressive Models",
              "tokens that are diffusion steps; streaming previews"),
          planned(
              "vtbench",
              "tokenizer",
              "2505.13439",
              "VTBench: Evaluating Visual Tokenizers for Autoregressive Image Generation",
              "a benchmark of tokenizers"),
          new SystemCard(
              "var",
              "next scale",
              "2404.02905",
              "Visual Autoregressive Modeling: Scalable Image Generation via Next-Scale Prediction",
              "whole token maps from coarse to fine",
              "tokenizer and transformer as the authors' code computes them, forward, backward and"
                  + " drawing; training of both; editing by mask; published files",
              "VarTest"),
          new SystemCard(
              "m-var",
              "next scale",
              "2411.10433",
              "M-VAR: Decoupled Scale-wise Autoregressive Modeling for High-Quality Image"
                  + " Generation",
              "attention inside a scale, Mamba across scales",
              "transformer, gradients and drawing with a kept state, as the authors' code computes"
                  + " them",
              "MVarModelTest"),
          new SystemCard(
              "flexvar",
              "next scale",
              "2502.20313",
              "FlexVAR: Flexible Visual Autoregressive Modeling without Residual Prediction",
              "ground-truth instead of residual prediction; any size, any steps",
              "any list of sizes, two rules of guidance, refining and editing; as the authors' code"
                  + " computes them",
              "FlexVarModelTest"),
          new SystemCard(
              "hmar",
              "next scale",
              "2506.04421",
              "HMAR: Efficient Hierarchical Masked Auto-Regressive Image Generation",
              "Markov scales with masked sub-steps",
              "both stages of training and drawing with masked steps, as the authors' code computes"
                  + " them",
              "HmarModelTest"),
          planned(
              "star",
              "next scale",
              "2406.10797",
              "STAR: Scale-wise Text-conditioned AutoRegressive image generation",
              "text-conditional, normalised 2-D RoPE, stable sampling"),
          planned(
              "varedit",
              "next scale",
              "2508.15772",
              "Visual Autoregressive Modeling for Instruction-Guided Image Editing",
              "instruction-guided editing with scale-aligned reference"),
          planned(
              "nsarm",
              "next scale",
              "2510.00820",
              "NSARM: Next-Scale Autoregressive Modeling for Robust Real-World Image"
                  + " Super-Resolution",
              "super-resolution on bitwise next-scale prediction"),
          planned(
              "ecm",
              "next scale",
              "2510.05610",
              "Efficient Conditional Generation on Scale-based Visual Autoregressive Models",
              "a light control adapter"),
          planned(
              "nfig",
              "next scale",
              "2503.07076",
              "NFIG: Autoregressive Image Generation with Next-Frequency Prediction",
              "the next frequency band"),
          planned(
              "flowar",
              "next scale",
              "2412.15205",
              "FlowAR: Scale-wise Autoregressive Image Generation Meets Flow Matching",
              "next scale with flow matching over continuous latents"),
          planned(
              "mar",
              "continuous",
              "2406.11838",
              "Autoregressive Image Generation without Vector Quantization",
              "masked AR over continuous tokens with a diffusion head"),
          planned(
              "hi-mar",
              "continuous",
              "2505.20288",
              "Hierarchical Masked Autoregressive Models with Low-Resolution Token Pivots",
              "low-resolution pivots first"),
          planned(
              "xar",
              "continuous",
              "2502.20388",
              "Beyond Next-Token: Next-X Prediction for Autoregressive Visual Generation",
              "next-X entities with flow matching and noisy context"),
          planned(
              "e-car",
              "continuous",
              "2412.14170",
              "E-CAR: Efficient Continuous Autoregressive Image Generation via Multistage Modeling",
              "multistage flow in continuous space"),
          planned(
              "arflow",
              "continuous",
              "2501.16085",
              "ARFlow: Autogressive Flow with Hybrid Linear Attention",
              "flow steps as an autoregressive sequence with hybrid linear attention"),
          planned(
              "meissonic",
              "continuous",
              "2410.08261",
              "Meissonic: Revitalizing Masked Generative Transformers for Efficient High-Resolution"
                  + " Text-to-Image Synthesis",
              "masked generative transformer for text-to-image"),
          planned(
              "disa",
              "continuous",
              "2505.20297",
              "DiSA: Diffusion Step Annealing in Autoregressive Image Generation",
              "fewer diffusion steps as more tokens are known"),
          new SystemCard(
              "speculative",
              "decoding",
              "",
              "Speculative decoding for autoregressive image models",
              "draft and verify; Jacobi; acceptance rules",
              "draft model, n-grams, Jacobi and speculative Jacobi without loss; LANTERN's relaxed"
                  + " rule",
              "SpeculativeLoopTest"),
          new SystemCard(
              "gsd",
              "decoding",
              "2508.07747",
              "Grouped Speculative Decoding for Autoregressive Image Generation",
              "groups of interchangeable tokens accepted together",
              "the rule as the authors' code computes it, on LlamaGen",
              "LossyRulesTest"),
          planned(
              "cspd",
              "decoding",
              "2411.11925",
              "Continuous Speculative Decoding for Autoregressive Image Generation",
              "speculative decoding for diffusion-head tokens"),
          planned(
              "dd1",
              "decoding",
              "2412.17153",
              "Distilled Decoding 1: One-step Sampling of Image Auto-regressive Models with Flow"
                  + " Matching",
              "the whole sampler distilled into one or few steps"),
          planned(
              "dd2",
              "decoding",
              "2510.21003",
              "Distilled Decoding 2: One-step Sampling of Image Auto-regressive Models with"
                  + " Conditional Score Distillation",
              "the same by conditional score distillation"),
          planned(
              "lbw",
              "provenance",
              "2506.01011",
              "Autoregressive Images Watermarking through Lexical Biasing: An Approach Resistant to"
                  + " Regeneration Attack",
              "a watermark by a green list of tokens"),
          planned(
              "indexmark",
              "provenance",
              "2505.14673",
              "Training-Free Watermarking for Autoregressive Image Generation",
              "a watermark by choice among pairs of codes, without training"),
          planned(
              "dda",
              "provenance",
              "2505.14359",
              "Dual Data Alignment Makes AI-Generated Image Detector Easier Generalizable",
              "a detector of generated images, trained on aligned data"),
          planned(
              "re-imagen",
              "neighbours",
              "2209.14491",
              "Re-Imagen: Retrieval-Augmented Text-to-Image Generator",
              "retrieval-augmented text-to-image diffusion"),
          planned(
              "galip",
              "neighbours",
              "2301.12959",
              "GALIP: Generative Adversarial CLIPs for Text-to-Image Synthesis",
              "a GAN with a CLIP-based discriminator and generator"),
          planned(
              "cotyle",
              "neighbours",
              "2511.10555",
              "A Style is Worth One Code: Unlocking Code-to-Style Image Generation with Discrete"
                  + " Style Space",
              "a style is one code: style codebook and AR style prior"),
          planned(
              "survey",
              "teaching",
              "2411.05902",
              "Autoregressive Models in Vision: A Survey",
              "pixel, token, scale: a minimal example of each, and the metrics"));

  private ModelRegistry() {}

  /// All systems, family by family.
  ///
  /// @return an unmodifiable list
  public static List<SystemCard> systems() {
    return SYSTEMS;
  }

  /// The system of that name.
  ///
  /// @param name short name, upper or lower case
  /// @return its card, or nothing if there is no such system
  public static Optional<SystemCard> find(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return SYSTEMS.stream().filter(card -> card.name().equals(wanted)).findFirst();
  }

  /// The list as the Markdown table of the module's README.
  ///
  /// @return head, rule and one line per system, each ending in a line feed
  public static String markdown() {
    String head =
        "| system | family | idea | paper | today | shown by |\n|---|---|---|---|---|---|\n";
    return SYSTEMS.stream()
        .map(ModelRegistry::markdownRow)
        .collect(Collectors.joining("", head, ""));
  }

  private static String markdownRow(SystemCard card) {
    String paper =
        card.arxiv().isEmpty()
            ? card.title()
            : "[%s](https://arxiv.org/abs/%s)".formatted(card.title(), card.arxiv());
    String today =
        card.works().isEmpty() ? card.stage().toString() : card.stage() + ": " + card.works();
    return "| %s | %s | %s | %s | %s | %s |\n"
        .formatted(card.name(), card.family(), card.idea(), paper, today, card.proof());
  }
}
