import { estimate, shareEstimate } from "../../analysis/estimate.ts";
import { curveColumns, curveLayers, curveRows } from "../curves.ts";
import type { DefaultNetwork } from "./measure.ts";
import { type Context, longest } from "./parameters.ts";

/**
 * The circular law's radius sqrt(N v) for entries of variance v (Girko, 1985). Glorot-uniform
 * entries have v = 2 / (N + N), so it is 1 at any N; the largest singular value tends to twice it
 * (Geman, 1980).
 */
const GAIN = 1;

/** Records the spectrum of W_hh at the default initialisation, and the states' norms over time. */
export function recordSpectrum(context: Context, networks: readonly DefaultNetwork[]): void {
  const { seeds } = context;
  const n = networks.length;
  const H = context.parameters.hiddenSize;
  const random = (name: string) => context.random("bootstrap", name);
  const radii = networks.map(({ eigenvalues }) =>
    Math.max(...eigenvalues.map(({ re, im }) => Math.hypot(re, im)))
  );
  const largest = networks.map((network) => network.largestSingularValue);

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
      eigenvalues.map(({ re, im }) => [seeds[i] ?? null, re, im])
    ),
  });
  context.figure({
    id: "eigenvalues",
    kind: "chart",
    title: "Eigenvalues of W_hh",
    caption: `All ${H} eigenvalues of W_hh for each of ${n} seeds, Glorot-uniform. Entries of ` +
      "variance 1/N give a circular law of radius 1, which is the unit circle.",
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
    caption: `W_hh at the default initialisation, N = ${H}, for each of ${n} seeds. Rules: what ` +
      "both tend to as N grows, 1 and 2.",
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

  const T = longest(context);
  const times = Array.from({ length: T + 1 }, (_, t) => t);
  context.table({
    id: "state-norms",
    title: "Norm of the hidden state over time",
    columns: [
      { name: "time", label: "time t", unit: "steps" },
      ...curveColumns({ label: "norm of h_t" }),
    ],
    rows: curveRows(times, networks.map(({ stateNorms }) => stateNorms), {
      random: random("state-norms"),
    }),
  });
  context.figure({
    id: "state-norms",
    kind: "chart",
    title: "The hidden state over time",
    caption: `‖h_t‖ from h_0 = 0 with normal inputs. Mean over ${n} seeds; band: 95 % ` +
      `interval. No state of ${H} units in (−1, 1) can have a norm above √${H}.`,
    alt: `A line of the hidden state's norm against time from 0 to ${T} steps, with a band, and ` +
      "a rule at the largest norm that is possible.",
    x: { label: "time t", unit: "steps", scale: "linear" },
    y: { label: "norm of the hidden state", scale: "linear" },
    layers: [
      { mark: "rule", axis: "y", value: Math.sqrt(H), label: `√${H}, every unit saturated` },
      ...curveLayers("state-norms", "time"),
    ],
  });

  context.metric({
    id: "spectral-radius",
    label: "spectral radius of W_hh",
    estimate: estimate(radii, { random: random("spectral-radius") }),
  });
  context.metric({
    id: "largest-singular-value",
    label: "largest singular value of W_hh",
    estimate: estimate(largest, { random: random("largest-singular-value") }),
  });
  context.metric({
    id: "circular-radius",
    label: "radius of the circular law by the entries' mean square, √(N v)",
    estimate: estimate(networks.map(({ circularRadius }) => circularRadius), {
      random: random("circular-radius"),
    }),
  });
  context.metric({
    id: "radius-above-one",
    label: "share of seeds whose spectral radius is above 1",
    estimate: shareEstimate(radii.filter((radius) => radius > 1).length, n),
  });
}
