import type { NDArray } from "../../core/nd_array.ts";
import type { Sample } from "../../data/sequence_task.ts";
import { evaluate } from "../../training/evaluate.ts";
import { MSELoss } from "../../training/engine/losses.ts";
import type { GateName } from "./measure.ts";
import { type Network, traceAll, type Traced } from "./networks.ts";
import { InputError } from "../../core/errors.ts";
import type { StateDict } from "../../model/parameters/state_dict.ts";
import * as tf from "@tensorflow/tfjs";

/** The ways to fix gates in a trained network, with their names in tables. */
export const ablations = [
  ["none", "none: as trained"],
  ["input", "input gates at their means"],
  ["forget", "forget gates at their means"],
  ["bias", "forget gates at the sigmoid of their bias"],
  ["output", "output gates at their means"],
] as const;

/** One of the {@link ablations}. */
export type Ablation = (typeof ablations)[number][0];

/** The effects of fixing gates in trained networks. */
export interface AblationMeasures {
  /** The loss on sequences that training has not seen, by seed. */
  readonly losses: Readonly<Record<Ablation, readonly number[]>>;
  /**
   * The gradient with respect to cell states with forget gates fixed in one of two ways, by seed
   * and lag.
   */
  readonly gradients: Readonly<Record<"forget" | "bias", readonly (readonly number[])[]>>;
  /** The number of activations of fixed gates that were compared with their values. */
  readonly cases: number;
  /** The largest distance of such an activation from its value. */
  readonly worst: number;
}

/** The mean activation of each gate in each unit, of shape [seed][unit]. */
export type UnitMeans = Readonly<Record<GateName, readonly (readonly number[])[]>>;

/** The key of a gate in a trace. */
const traceKeys = {
  input: "inputGate",
  forget: "forgetGate",
  output: "outputGate",
} as const satisfies Record<GateName, keyof Traced>;

/** Computes the mean of each gate in each unit, over steps and sequences. */
export function unitMeans(traced: readonly Traced[]): UnitMeans {
  const of = (gate: GateName) =>
    traced.map((seed) => {
      const all = seed[traceKeys[gate]].flat();
      return (all[0] ?? []).map((_, unit) =>
        all.reduce((sum, units) => sum + (units[unit] ?? NaN), 0) / all.length
      );
    });
  return { input: of("input"), forget: of("forget"), output: of("output") };
}

/**
 * Fixes gates of trained networks, one kind at a time, and measures the loss. At the end it
 * restores the weights of the networks.
 *
 * @param network Networks side by side.
 * @param means The mean activations at which gates are fixed.
 * @param bias The value at which all forget gates are fixed in one case: the sigmoid of their bias.
 * @param heldOut Sequences that training has not seen.
 * @param few The sequences of which gradients are computed.
 * @param patterns The sequences on which the activations of fixed gates are checked.
 */
export async function measureAblation(
  network: Network,
  means: UnitMeans,
  bias: number,
  { heldOut, few, patterns }: {
    readonly heldOut: Sample;
    readonly few: Sample;
    readonly patterns: NDArray;
  },
): Promise<AblationMeasures> {
  const trained = await network.stateDict();
  const loss = async () => [...await evaluate(network, new MSELoss(), heldOut)];
  const constant = means.forget.map((units) => units.map(() => bias));
  const checks: { cases: number; worst: number }[] = [];
  const fixed = async (gate: GateName, values: readonly (readonly number[])[]) => {
    network.loadStateDict(withFixedGate(trained, gate, values));
    checks.push(distance(await traceAll(network, patterns), gate, values));
    return await loss();
  };
  try {
    const none = await loss();
    const input = await fixed("input", means.input);
    const output = await fixed("output", means.output);
    const forget = await fixed("forget", means.forget);
    const atMeans = await cellGradients(network, few.x);
    const atBias = await fixed("forget", constant);
    return {
      losses: { none, input, forget, bias: atBias, output },
      gradients: { forget: atMeans, bias: await cellGradients(network, few.x) },
      cases: checks.reduce((sum, { cases }) => sum + cases, 0),
      worst: Math.max(...checks.map(({ worst }) => worst)),
    };
  } finally {
    network.loadStateDict(trained);
  }
}

/** Computes the largest distance of a fixed gate's activations from its values. */
function distance(
  traced: readonly Traced[],
  gate: GateName,
  values: readonly (readonly number[])[],
): { cases: number; worst: number } {
  const distances = traced.flatMap((seed, s) =>
    seed[traceKeys[gate]].flatMap((step) =>
      step.flatMap((units) => units.map((value, i) => Math.abs(value - (values[s]?.[i] ?? NaN))))
    )
  );
  return { cases: distances.length, worst: distances.reduce((a, b) => Math.max(a, b), 0) };
}

/** The index of each gate in the rows of an LSTM's weights: input, forget, candidate, output. */
const gateIndex: Readonly<Record<GateName, number>> = { input: 0, forget: 1, output: 3 };
const GATES = 4;

/**
 * The range of fixed values: the smallest normal float32 above 0, and the largest float32 below 1.
 */
const CLOSED = 2 ** -126;
const OPEN = 1 - 2 ** -24;

/**
 * Returns weights with which one gate has a fixed value in each unit, for every input: the gate's
 * rows of both matrices are 0, and its bias is the inverse sigmoid of the value.
 *
 * @param dict The weights of LSTMs side by side, with the names of a sequence model.
 * @param gate The gate.
 * @param values In (0, 1), by network and unit.
 * @returns A copy; `dict` is unchanged.
 * @throws {InputError} If there is not a value for each network and unit.
 */
export function withFixedGate(
  dict: StateDict,
  gate: GateName,
  values: readonly (readonly number[])[],
): StateDict {
  const biases = values.map((units) => units.map(inverseSigmoid));
  return Object.fromEntries(
    Object.entries(dict).map(([name, entry]): [string, NDArray] => {
      if (!name.startsWith("recurrent.")) return [name, entry];
      const isBias = name.startsWith("recurrent.bias_ih");
      return [name, withRows(entry, gate, isBias ? biases : null)];
    }),
  );
}

/**
 * Returns a copy of weights [replica, rows, ...] in which the rows of a gate are the biases, or 0.
 */
function withRows(
  { shape, data }: NDArray,
  gate: GateName,
  biases: readonly (readonly number[])[] | null,
): NDArray {
  const [replicas = 0, rows = 0, columns = 1] = shape;
  const units = rows / GATES;
  const changed = data.slice();
  for (let r = 0; r < replicas; r++) {
    const start = (r * rows + gateIndex[gate] * units) * columns;
    if (biases === null) {
      changed.fill(0, start, start + units * columns);
      continue;
    }
    const own = biases[r] ?? [];
    if (biases.length !== replicas || own.length !== units) {
      const wanted = `${replicas} lists of ${units} numbers`;
      throw new InputError(`values of the ${gate} gate`, wanted, biases);
    }
    changed.set(own, start);
  }
  return { shape, data: changed };
}

/** Computes the inverse of the sigmoid, of values from {@link CLOSED} to {@link OPEN}. */
function inverseSigmoid(value: number): number {
  const inside = Math.min(OPEN, Math.max(CLOSED, value));
  return Math.log(inside) - Math.log1p(-inside);
}

/**
 * The output is multiplied by this factor before the gradient is computed, and the norm is divided
 * by it, so that a small gradient does not underflow in float32. It is a power of two, so that it
 * causes no rounding.
 */
const SCALE = 2 ** 100;

/**
 * Computes the norm of the gradient of the last output, summed over its features, with respect to
 * the cell state k steps before it, with the hidden state held constant: Euclidean over units, root
 * mean square over sequences.
 *
 * @param network Networks side by side.
 * @param x [replica, sequence, batch, input]
 * @returns By seed and k, from 1 to the number of steps; 0 below 1e-68.
 */
export async function cellGradients(network: Network, x: NDArray): Promise<number[][]> {
  const [replicas = 0, steps = 0, batch = 0, inputs = 0] = x.shape;
  const { hiddenSize } = network.recurrent.spec;
  const size = [replicas, 1, batch, hiddenSize];
  const input = tf.tensor(x.data, [...x.shape]);
  const [trace] = network.trace(input);
  const byLag: number[][] = [];
  try {
    for (let lag = 1; lag <= steps; lag++) {
      const from = steps - lag;
      const gradient = tf.tidy(() => {
        const after = (states: tf.Tensor | undefined) =>
          states && from > 0 ? states.slice([0, from - 1, 0, 0], size) : tf.zeros(size);
        const rest = input.slice([0, from, 0, 0], [replicas, lag, batch, inputs]);
        const h = after(trace?.hidden);
        return tf.grad((c: tf.Tensor) => {
          return network.forward(rest, { h, c }).output.sum().mul(SCALE);
        })(after(trace?.cell));
      });
      const values = await gradient.data<"float32">();
      gradient.dispose();
      byLag.push(norms(values, replicas, batch));
    }
  } finally {
    input.dispose();
    if (trace) tf.dispose(trace);
  }
  return Array.from({ length: replicas }, (_, seed) => byLag.map((lag) => lag[seed] ?? NaN));
}

/** Computes the norm of each seed's gradients over units, as a root mean square over the batch. */
function norms(values: Float32Array, replicas: number, batch: number): number[] {
  const each = values.length / replicas;
  return Array.from({ length: replicas }, (_, seed) => {
    const own = values.subarray(seed * each, (seed + 1) * each);
    const squares = own.reduce((sum, value) => sum + (value / SCALE) ** 2, 0);
    return Math.sqrt(squares / batch);
  });
}
