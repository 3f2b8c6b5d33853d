/// VAR: next-scale prediction, and what its heirs share.
///
/// Tian et al. 2024 (arXiv:2404.02905). A picture is `K` maps of tokens, from 1x1 to the full grid;
/// each quantises what the coarser ones left, and is predicted from them at once.
///
/// | name | blocks | width | scales | tokens | parameters |
/// |---|---|---|---|---|---|
/// | d16 | 16 | 1024 | 1, 2, 3, 4, 5, 6, 8, 10, 13, 16 | 680 | 310,283,520 |
/// | d20 | 20 | 1280 | the same | 680 | 600,917,136 |
/// | d24 | 24 | 1536 | the same | 680 | 1,033,399,360 |
/// | d30 | 30 | 1920 | the same | 680 | 2,010,020,356 |
/// | d36-s | 36 | 2304 | 1, 2, 3, 4, 6, 9, 13, 18, 24, 32 | 2240 | 2,353,893,904 |
///
/// Read in this order: [dev.jacquard.models.var.ScalePlan], [dev.jacquard.models.var.AdaLnBlock],
/// [dev.jacquard.models.var.VarModel], [dev.jacquard.models.var.VarGenerator],
/// [dev.jacquard.models.var.KnownTokens], [dev.jacquard.models.var.VarTask],
/// [dev.jacquard.models.var.Var].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.var;
