/**
 * Measures of recurrent networks: the spectrum of their weights, Jacobians, gradients by lag, gates
 * and states; attention as an explanation of outputs; n-gram models and measures of diversity to
 * compare generated text with.
 *
 * @example The spectral radius of orthogonal weights
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { orthogonal, Random } from "../mod.ts";
 * import { spectralRadius } from "./analysis.ts";
 *
 * assertAlmostEquals(await spectralRadius(orthogonal(20, new Random(1))), 1, 1e-6);
 * ```
 *
 * @module
 */
export {
  type Activations,
  maskedMeans,
  type SeriesVariation,
  seriesVariation,
  smallestRatio,
  stateNorms,
  type StepSummary,
  summaryByStep,
  type TemporalDeviation,
  temporalDeviation,
} from "./analysis/activations.ts";
export {
  type AdversarialAttention,
  adversarialAttention,
  type AdversarialAttentionOptions,
} from "./analysis/adversarial_attention.ts";
export {
  attentionAgreement,
  attentionOverSeeds,
  excessAttention,
} from "./analysis/attention_agreement.ts";
export {
  attendedOutput,
  permutedAttention,
  type PermutedAttentionOptions,
  uniformAttention,
} from "./analysis/attention_counterfactuals.ts";
export { jensenShannon, totalVariation } from "./analysis/attention_distances.ts";
export {
  type AttendedSequence,
  attendSequences,
  gradientImportance,
  type GradientImportanceOptions,
} from "./analysis/attention_importance.ts";
export type { Networks } from "./analysis/attention_networks.ts";
export {
  type AttentionStudyOptions,
  type StudiedSequence,
  studyAttention,
} from "./analysis/attention_study.ts";
export { type Decay, fitDecay, lagAtFraction } from "./analysis/decay.ts";
export { distinctN, seqRepN } from "./analysis/diversity.ts";
export {
  cellSurvival,
  histogram,
  inputDeviation,
  type Saturation,
  saturation,
  timeScale,
  unitTimeScales,
} from "./analysis/gates.ts";
export {
  type GradientFlow,
  gradientFlow,
  inputGradients,
  type LayerGradientFlow,
  type LossPlace,
} from "./analysis/gradient_flow.ts";
export {
  type JacobianOptions,
  type JacobianProduct,
  jacobianProducts,
} from "./analysis/jacobian.ts";
export type { Complex, Matrix } from "./analysis/matrix.ts";
export { leaveOneOut } from "./analysis/leave_one_out.ts";
export { type MeanField, meanField, type MeanFieldOptions } from "./analysis/mean_field.ts";
export { NgramModel, type NgramOptions } from "./analysis/ngrams.ts";
export { singularValues, spectralNorm } from "./analysis/singular_values.ts";
export { eigenvalues, spectralRadius, type SpectrumOptions } from "./analysis/spectrum.ts";
