import { decayFactors } from "./lags.ts";
import type { DefaultNetwork } from "./networks.ts";
import type { Context } from "./parameters.ts";

/**
 * The radius of the circular law, sqrt(N v), for entries of variance v (Girko, 1985).
 * Glorot-uniform entries have v = 2 / (N + N), so the radius is 1 for every N. The largest singular
 * value tends to twice the radius (Geman, 1980).
 */
const GAIN = 1;

/**
 * Computes the mean number of real eigenvalues of an N by N matrix of independent normal entries,
 * up to O(1/N^2).
 *
 * Source: Edelman, Kostlan & Shub (1994), doi:10.1090/S0894-0347-1994-1231689-0.
 */
function expectedRealEigenvalues(N: number): number {
  return Math.sqrt(2 * N / Math.PI) * (1 - 3 / (8 * N) - 3 / (128 * N ** 2)) + 1 / 2;
}

/**
 * Records the spectrum of W_hh at the default initialisation, and the norms of the states over
 * time.
 *
 * @param context The run.
 * @param networks The networks of all seeds.
 */
export function recordSpectrum(context: Context, networks: readonly DefaultNetwork[]): void {
  const radii = networks.map(({ eigenvalues }) =>
    Math.max(...eigenvalues.map(({ re, im }) => Math.hypot(re, im)))
  );
  recordEigenvalues(context, networks);
  recordRadii(context, networks, radii);
  recordStates(context, networks);
}

/** Records the eigenvalues of W_hh, and how many are real. */
function recordEigenvalues(context: Context, networks: readonly DefaultNetwork[]): void {
  const { hiddenSize: H } = context.parameters;
  const n = networks.length;
  const outside = networks.flatMap((network) => network.eigenvalues)
    .filter(({ re, im }) => Math.hypot(re, im) > 1).length;
  context.table({
    id: "eigenvalues",
    title: "Eigenvalues of W_hh",
    columns: [
      { name: "seed", label: "seed" },
      { name: "re", label: "real part" },
      { name: "im", label: "imaginary part" },
    ],
    rows: networks.flatMap(({ eigenvalues }, i) =>
      eigenvalues.map(({ re, im }) => [context.seeds[i] ?? null, re, im])
    ),
  });
  context.figure({
    id: "eigenvalues",
    kind: "chart",
    title: "Eigenvalues of W_hh",
    caption:
      "The eigenvalues lie about the disc of the circular law, and a row of them on the real " +
      `axis: a real matrix of finite size has real eigenvalues, ${
        expectedRealEigenvalues(H).toFixed(1)
      } of ${H} on average for normal entries. All ${H} eigenvalues of W_hh for each of ${n} ` +
      "seeds, Glorot-uniform. Entries of variance 1/N give a circular law of radius 1.",
    alt: `${n * H} points in the complex plane, symmetric about the real axis, and the unit ` +
      `circle; ${outside} points lie outside it.`,
    x: { label: "real part", scale: "linear" },
    y: { label: "imaginary part", scale: "linear" },
    aspect: "equal",
    layers: [
      { mark: "circle", radius: GAIN, label: "unit circle and circular law" },
      { mark: "point", table: "eigenvalues", x: "re", y: "im" },
    ],
  });
  context.metric({
    id: "real-eigenvalues",
    label: "real eigenvalues of W_hh",
    values: networks.map(({ eigenvalues }) => eigenvalues.filter(({ im }) => im === 0).length),
  });
}

/** Records the spectral radius and the largest singular value, and the notebook's label. */
function recordRadii(
  context: Context,
  networks: readonly DefaultNetwork[],
  radii: readonly number[],
): void {
  const { seeds } = context;
  const n = networks.length;
  const largest = networks.map((network) => network.largestSingularValue);
  const quantities = ["spectral radius", "largest singular value"] as const;
  context.table({
    id: "spectrum-by-seed",
    title: "Spectral radius and largest singular value of W_hh",
    columns: [
      { name: "quantity", label: "quantity" },
      { name: "seed", label: "seed" },
      { name: "value", label: "value" },
    ],
    rows: quantities.flatMap((quantity) =>
      (quantity === "spectral radius" ? radii : largest)
        .map((value, i) => [quantity, seeds[i] ?? null, value])
    ),
  });
  context.figure({
    id: "spectrum-by-seed",
    kind: "chart",
    title: "Spectral radius and largest singular value",
    caption:
      "Compare the symbols of each kind with their rule, what they tend to as N grows: 1 and " +
      `2. W_hh at the default initialisation, N = ${context.parameters.hiddenSize}, ` +
      `for each of ${n} seeds.`,
    alt: "For each seed two symbols, the spectral radius and the largest singular value, with " +
      "rules at 1 and 2.",
    x: { label: "seed", scale: "linear" },
    y: { label: "spectral radius, largest singular value", scale: "linear" },
    series: quantities,
    seriesLabel: "of W_hh",
    layers: [
      { mark: "rule", axis: "y", value: GAIN, label: "circular law" },
      { mark: "rule", axis: "y", value: 2 * GAIN, label: "limit of sigma_1" },
      { mark: "point", table: "spectrum-by-seed", x: "seed", y: "value", series: "quantity" },
    ],
  });

  context.metric({ id: "spectral-radius", label: "spectral radius of W_hh", values: radii });
  context.metric({
    id: "largest-singular-value",
    label: "largest singular value of W_hh",
    values: largest,
  });
  context.metric({
    id: "circular-radius",
    label: "radius of the circular law by the entries' mean square, √(N v)",
    values: networks.map(({ circularRadius }) => circularRadius),
  });
  // The notebook labels a radius below 1 "Stable", and any other "Potentially Unstable".
  const unstable = radii.map((radius) => radius >= 1);
  const decay = decayFactors(networks);
  context.metric({
    id: "labelled-unstable",
    label: "share of networks that the notebook's code labels “Potentially Unstable”",
    statistic: "share",
    values: unstable.map(Number),
  });
  context.metric({
    id: "unstable-but-decays",
    label: "share of networks that the notebook's code labels “Potentially Unstable” and whose " +
      "gradient decays",
    statistic: "share",
    values: unstable.map((one, i) => Number(one && (decay[i] ?? NaN) < 1)),
  });
}

/** Records the norm of the hidden state over time. */
function recordStates(context: Context, networks: readonly DefaultNetwork[]): void {
  const { hiddenSize: H, steps: T } = context.parameters;
  const times = Array.from({ length: T + 1 }, (_, t) => t);
  context.curves({
    id: "state-norms",
    title: "Norm of the hidden state over time",
    x: { name: "time", label: "time t", unit: "steps", values: times },
    value: { label: "norm of h_t" },
    curves: [{ values: networks.map(({ stateNorms }) => stateNorms) }],
    figure: {
      title: "The hidden state over time",
      caption:
        "The norm stops growing once the states no longer depend on where they began. ‖h_t‖ from h_0 = 0 with " +
        `normal inputs. Mean over ${networks.length} seeds; band: pointwise 95 % interval. No state ` +
        `of ${H} units in (−1, 1) can have a norm above √${H}.`,
      alt:
        `A line of the hidden state's norm against time from 0 to ${T} steps, with a band, and ` +
        "a rule at the largest norm that is possible.",
      y: { label: "norm of the hidden state" },
      under: [
        { mark: "rule", axis: "y", value: Math.sqrt(H), label: `√${H}, every unit saturated` },
      ],
    },
  });
}
