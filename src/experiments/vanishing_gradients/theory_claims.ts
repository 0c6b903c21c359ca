import { geometricMean } from "../../statistics/descriptive.ts";
import { inTimeScales, recordTolerances, timeScaleRatio } from "../ratios.ts";
import { decayFactors, jacobianFactors } from "./lags.ts";
import type { DefaultNetwork } from "./networks.ts";
import { type Context, theoryGains } from "./parameters.ts";
import type { Prediction, Width } from "./wide_networks.ts";
import hypotheses from "./hypotheses.json" with { type: "json" };

/**
 * The largest gain in the alternative that averages over fewer gains: it leaves out those near and
 * above the edge of chaos.
 */
const LARGEST_OF_FEWER = 1.5;

/** The measured factors of one width, by seed, and the prediction of the theory. */
interface Compared {
  readonly predicted: Prediction;
  readonly measured: readonly Width["measured"][];
}

/**
 * Records the measures of the claims of the family `mean-field`.
 *
 * @param context The run.
 * @param predicted The prediction of the theory for each width.
 * @param measured The measured factors, of shape [seed][width].
 * @param networks The networks of all seeds at the default initialisation.
 */
export function recordTheoryClaims(
  context: Context,
  predicted: readonly Prediction[],
  measured: readonly (readonly Width[])[],
  networks: readonly DefaultNetwork[],
): void {
  const compared = predicted.map((prediction, w): Compared => ({
    predicted: prediction,
    measured: measured.flatMap((seed) => seed[w]?.measured ?? []),
  }));
  const { hiddenSize } = context.parameters;
  const narrow = compared.find(({ predicted: { units } }) => units === hiddenSize);
  const widest = compared.at(-1);
  if (!narrow || !widest) return;
  recordDefault(context, narrow, networks);
  recordWidest(context, widest);
  recordNarrow(context, narrow);
  recordEdge(context, widest);
}

/** Records the claim at the default gain, width and variance. */
function recordDefault(
  context: Context,
  { predicted, measured }: Compared,
  networks: readonly DefaultNetwork[],
): void {
  const factors = measured.map(({ plain }) => plain);
  const overTheory = (factors: readonly number[]) =>
    factors.map((factor) => factor / predicted.plain);
  const other = overTheory(decayFactors(networks));
  context.metric({
    id: "default-series-ratio",
    label: "per-step factor over that of the theory, one network a seed, from the state 0",
    statistic: "geometric-mean",
    values: other,
  });
  const scales = factors.map((factor) => timeScaleRatio(factor, predicted.plain));
  if (scales.every(Number.isFinite)) {
    context.metric({
      id: "default-time-scale-ratio",
      label: "time scale −1/ln of the per-step factor over that of the theory",
      statistic: "geometric-mean",
      values: scales,
    });
  }
  context.claim("theory-default", {
    values: overTheory(factors),
    parts: { "measured factor": factors },
    alternatives: [...inTimeScales(scales), {
      name: `other networks, in float32, all lags to ${context.parameters.steps}, from the state 0`,
      values: other,
    }, {
      name: "the same, the spectral norm of the Jacobian product in place of the gradient",
      values: overTheory(jacobianFactors(networks)),
    }],
  });
}

/**
 * Computes the largest ratio between a measured and the predicted factor, with the larger one in
 * the numerator.
 */
function worstRatio(measured: readonly number[], predicted: readonly number[]): number {
  const logs = measured.map((factor, i) => Math.abs(Math.log(factor / (predicted[i] ?? NaN))));
  return Math.exp(Math.max(...logs));
}

/** Records the claims on the widest networks, over gains and input variances. */
function recordWidest(context: Context, { predicted, measured }: Compared): void {
  // Larger gains have factors of 1 or more, for which there is no time scale.
  const decaying = theoryGains(context).filter((gain) => gain <= LARGEST_OF_FEWER);
  const scales = measured.map(({ byGain }) => {
    const ratios = decaying.map((_, i) =>
      timeScaleRatio(byGain[i] ?? NaN, predicted.byGain[i] ?? NaN)
    );
    return worstRatio(ratios, ratios.map(() => 1));
  });
  context.claim("theory-over-gains", {
    values: measured.map(({ byGain }) => worstRatio(byGain, predicted.byGain)),
    alternatives: inTimeScales(decaying.length === 0 ? [NaN] : scales)
      .map(({ name, values }) => ({ name: `${name}, gains up to ${decaying.at(-1)}`, values })),
  });
  context.claim("theory-over-inputs", {
    values: measured.map(({ byVariance }) => worstRatio(byVariance, predicted.byVariance)),
    alternatives: inTimeScales(measured.map(({ byVariance }) => {
      const ratios = byVariance.map((factor, i) =>
        timeScaleRatio(factor, predicted.byVariance[i] ?? NaN)
      );
      return worstRatio(ratios, ratios.map(() => 1));
    })),
  });
}

/** Records the claims on networks of the parameter `hiddenSize`. */
function recordNarrow(context: Context, { predicted, measured }: Compared): void {
  const gains = theoryGains(context);
  const ratiosUpTo = (largest: number) =>
    measured.map(({ byGain }) =>
      byGain.flatMap((factor, i) =>
        (gains[i] ?? NaN) <= largest ? [factor / (predicted.byGain[i] ?? NaN)] : []
      )
    );
  const overTheory = ratiosUpTo(Infinity).map(geometricMean);
  const fewer = gains.filter((gain) => gain <= LARGEST_OF_FEWER);
  const isFewer = fewer.length > 0 && fewer.length < gains.length;
  context.claim("narrow-decays-faster", {
    values: overTheory,
    alternatives: [
      {
        name: "at the default gain of 1 alone",
        values: measured.map(({ plain }) => plain / predicted.plain),
      },
      ...isFewer
        ? [{
          name: `over the gains up to ${fewer.at(-1)}`,
          values: ratiosUpTo(LARGEST_OF_FEWER).map(geometricMean),
        }]
        : [],
    ],
  });
  const most = predicted.byGain.at(-1) ?? NaN;
  const atMost = measured.map(({ byGain }) => byGain.at(-1) ?? NaN);
  const { "narrow-decays-faster": faster, "narrow-explodes": explodes } = hypotheses.claims;
  recordTolerances(
    context,
    "tolerances",
    "At which smallest effect the verdicts on the narrow network change, without allowance for " +
      "the family",
    [
      {
        name: "factor over that of the theory, mean over gains",
        relation: "below",
        smallestEffect: faster.predicts.smallestEffect,
        ratios: overTheory,
      },
      ...(most > 1
        ? [{
          name: "factor at the largest gain",
          relation: "above" as const,
          smallestEffect: explodes.predicts.smallestEffect,
          ratios: atMost,
        }]
        : []),
    ],
  );
  if (most > 1) {
    context.claim("narrow-explodes", { values: atMost });
  } else {
    context.unmeasured(
      "narrow-explodes",
      `at the largest gain the theory predicts a factor of ${most.toFixed(3)}, not growth`,
    );
  }
}

/** Records the claim on the gain at which the factor is 1. */
function recordEdge(context: Context, { predicted, measured }: Compared): void {
  const gains = theoryGains(context);
  const expected = edge(gains, predicted.byGain);
  const found = measured.flatMap(({ byGain }) => edge(gains, byGain) ?? []);
  if (expected === null || found.length < measured.length) {
    const reason = expected === null
      ? "the theory's edge is not between the gains"
      : `in ${measured.length - found.length} seeds the factor is not 1 between the gains`;
    context.unmeasured("edge-of-gain", reason);
    return;
  }
  context.claim("edge-of-gain", {
    values: found.map((gain) => gain / expected),
    parts: { "gain at which the factor is 1": found },
  });
}

/**
 * Finds the first gain at which factors reach 1, by linear interpolation of their logarithms.
 *
 * @param gains The gains, ascending.
 * @param factors The factor at each gain.
 * @returns The gain; `null` if the factors do not cross 1 upwards.
 */
export function edge(gains: readonly number[], factors: readonly number[]): number | null {
  const i = factors.findIndex((factor, i) => i > 0 && factor >= 1 && (factors[i - 1] ?? NaN) < 1);
  if (i < 0) return null;
  const [below, above] = [Math.log(factors[i - 1] ?? NaN), Math.log(factors[i] ?? NaN)];
  const [from, to] = [gains[i - 1] ?? NaN, gains[i] ?? NaN];
  return from + (to - from) * below / (below - above);
}
