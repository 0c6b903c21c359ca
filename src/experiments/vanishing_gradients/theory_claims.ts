import { linearRegression } from "simple-statistics";
import { decayFactors, jacobianFactors } from "./lags.ts";
import type { DefaultNetwork } from "./measure.ts";
import { type Context, inputVariances, theoryGains, widths } from "./parameters.ts";
import { rootMeanSquare, theory, type WidthFactors } from "./wide.ts";

/**
 * Records the measures of the claims of the family `mean-field`.
 *
 * @param context The run.
 * @param measured The factors of the networks of each width, of shape [seed][width].
 * @param networks The networks of all seeds at the default initialisation.
 */
export function recordTheoryClaims(
  context: Context,
  measured: readonly (readonly WidthFactors[])[],
  networks: readonly DefaultNetwork[],
): void {
  const { hiddenSize } = context.parameters;
  const narrow = measured.flatMap((seed) => seed.filter(({ units }) => units === hiddenSize));
  const widest = measured.flatMap((seed) => seed.slice(-1));
  recordDefault(context, narrow, networks);
  recordWidest(context, widest);
  recordNarrow(context, narrow);
  recordSlope(context, measured);
  recordEdge(context, widest);
}

function recordDefault(
  context: Context,
  narrow: readonly WidthFactors[],
  networks: readonly DefaultNetwork[],
): void {
  const { hiddenSize, steps } = context.parameters;
  const predicted = theory(context, hiddenSize);
  const overTheory = (factors: readonly number[]) => factors.map((factor) => factor / predicted);
  context.claim("theory-default", {
    values: overTheory(narrow.map(({ plain }) => plain)),
    parts: { "measured factor": narrow.map(({ plain }) => plain) },
    alternatives: [{
      name: `other networks, in float32, all lags to ${steps}, from the state 0`,
      values: overTheory(decayFactors(networks)),
    }, {
      name: "the same, the spectral norm of the Jacobian product in place of the gradient",
      values: overTheory(jacobianFactors(networks)),
    }],
  });
}

/** How many times the larger of two numbers is as large as the smaller, where they differ most. */
function worstRatio(measured: readonly number[], predicted: readonly number[]): number {
  const logs = measured.map((factor, i) => Math.abs(Math.log(factor / (predicted[i] ?? NaN))));
  return Math.exp(Math.max(...logs));
}

function recordWidest(context: Context, widest: readonly WidthFactors[]): void {
  const units = widths(context).at(-1) ?? 0;
  const byGain = theoryGains(context).map((gain) => theory(context, units, gain));
  const byVariance = inputVariances(context).map((one) => theory(context, units, 1, one));
  context.claim("theory-over-gains", {
    values: widest.map((one) => worstRatio(one.byGain, byGain)),
  });
  context.claim("theory-over-inputs", {
    values: widest.map((one) => worstRatio(one.byVariance, byVariance)),
  });
}

function recordNarrow(context: Context, narrow: readonly WidthFactors[]): void {
  const { hiddenSize } = context.parameters;
  const predicted = theoryGains(context).map((gain) => theory(context, hiddenSize, gain));
  context.claim("narrow-decays-faster", {
    values: narrow.map(({ byGain }) => {
      const logs = byGain.map((factor, i) => Math.log(factor / (predicted[i] ?? NaN)));
      return Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length);
    }),
  });
  const most = predicted.at(-1) ?? NaN;
  if (most > 1) {
    context.claim("narrow-explodes", { values: narrow.map(({ byGain }) => byGain.at(-1) ?? NaN) });
  } else {
    context.unmeasured(
      "narrow-explodes",
      `at the largest gain the theory predicts a factor of ${most.toFixed(3)}, not growth`,
    );
  }
}

function recordSlope(
  context: Context,
  measured: readonly (readonly WidthFactors[])[],
): void {
  if (widths(context).length < 2) {
    context.unmeasured("deviation-shrinks", "there is only one width");
    return;
  }
  context.claim("deviation-shrinks", {
    values: measured.map((seed) =>
      linearRegression(
        seed.map((one) => [Math.log(one.units), Math.log(rootMeanSquare(context, one))]),
      ).m
    ),
  });
}

function recordEdge(context: Context, widest: readonly WidthFactors[]): void {
  const units = widths(context).at(-1) ?? 0;
  const gains = theoryGains(context);
  const predicted = edge(gains, gains.map((gain) => theory(context, units, gain)));
  const found = widest.flatMap(({ byGain }) => edge(gains, byGain) ?? []);
  if (predicted === null || found.length < widest.length) {
    const reason = predicted === null
      ? "the theory's edge is not between the gains"
      : `in ${widest.length - found.length} seeds the factor is not 1 between the gains`;
    context.unmeasured("edge-of-gain", reason);
    return;
  }
  context.claim("edge-of-gain", {
    values: found.map((gain) => gain / predicted),
    parts: { "gain at which the factor is 1": found },
  });
  context.metric({
    id: "theory-edge",
    label: "gain at which the theory has a factor of 1",
    labels: ["theory"],
    values: [predicted],
  });
}

/**
 * The first gain at which factors reach 1, by linear interpolation of their logarithms.
 *
 * @param gains In rising order.
 * @param factors The factor at each gain.
 * @returns `null` if they do not cross 1 upwards.
 */
export function edge(gains: readonly number[], factors: readonly number[]): number | null {
  const i = factors.findIndex((factor, i) => i > 0 && factor >= 1 && (factors[i - 1] ?? NaN) < 1);
  if (i < 0) return null;
  const [below, above] = [Math.log(factors[i - 1] ?? NaN), Math.log(factors[i] ?? NaN)];
  const [from, to] = [gains[i - 1] ?? NaN, gains[i] ?? NaN];
  return from + (to - from) * below / (below - above);
}
