import * as tf from "@tensorflow/tfjs";
import { type Activations, stateNorms } from "../../analysis/activations.ts";
import { cellSurvival, inputDeviation, meanLogSigmoid } from "../../analysis/gates.ts";
import { mean } from "../../statistics/descriptive.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { chronoInit, forgetBias } from "../../model/init/gate_bias_init.ts";
import type { LSTM } from "../../model/lstm.ts";
import type { RecurrentInit } from "../../model/init/recurrent_init.ts";
import {
  type Context,
  retentionBiases,
  retentionEnds,
  sortedBiases,
  type WeightKind,
  weightKinds,
} from "./parameters.ts";
import { firstCorrelation, normCorrelation } from "./measure.ts";
import {
  baseInit,
  FEW,
  nested,
  patternSequences,
  recurrentLayer,
  taskSequences,
  traceAll,
  traceForgetting,
  weightVariances,
} from "./networks.ts";

/** A way to draw the weights and to set the biases of the forget gates. */
export interface Initialisation {
  /** The name in facets and tables: `"b = 1"`. */
  readonly name: string;
  readonly weights: WeightKind;
  /** The bias of the forget gates; `null` for chrono initialisation, which has many biases. */
  readonly bias: number | null;
  readonly init: RecurrentInit;
  /**
   * The share of a cell value that gates without weights keep in a step, as a geometric mean over
   * units.
   */
  readonly factor: number;
  /** Whether figures show the survival of a cell value. */
  readonly drawn: boolean;
}

/** The forget gates of an untrained network on sequences of one kind. */
export interface Forgetting {
  /** The product of the gates, as a geometric mean over units and sequences, by lag from 0. */
  readonly survival: readonly number[];
  /** The mean of the gates. */
  readonly mean: number;
  /** The geometric mean of the gates: the share of a cell value that a step keeps. */
  readonly kept: number;
  /** The standard deviation of the pre-activations. */
  readonly deviation: number;
  /**
   * The geometric mean that normal pre-activations predict, with the variance from weights, inputs
   * and states at each step; `null` without a single bias.
   */
  readonly predicted: number | null;
  /** The same prediction from the measured deviation, with one variance for all steps. */
  readonly predictedAtOnce: number | null;
}

/** The measures of a network with one initialisation and one seed before training. */
export interface Survival {
  readonly patterns: Forgetting;
  readonly task: Forgetting;
  /**
   * The effect of a change of c_0 on c_k, on the notebook's sequences; `null` unless the
   * initialisation is `drawn`.
   */
  readonly change: readonly number[] | null;
  /** The correlation over time of the norms of both states, on the notebook's sequences. */
  readonly correlation: number;
  /** The same correlation of the first sequence only. */
  readonly firstCorrelation: number;
}

/**
 * Lists the initialisations that are compared: the notebook's weights with each bias and with
 * chrono biases, and other weights.
 */
export function initialisations(context: Context): Initialisation[] {
  const { length } = context.parameters;
  const drawn = sortedBiases(context);
  const [[notebook], ...others] = weightKinds;
  const biased = (bias: number, weights: WeightKind): Initialisation => ({
    name: weights === notebook ? `b = ${bias}` : `b = ${bias}, ${weights}`,
    weights,
    bias,
    init: forgetBias(bias, baseInit(context, weights)),
    factor: sigmoid(bias),
    drawn: weights === notebook && drawn.includes(bias),
  });
  return [
    ...retentionBiases(context).map((bias) => biased(bias, notebook)),
    {
      name: "chrono",
      weights: notebook,
      bias: null,
      init: chronoInit(length, baseInit(context, notebook)),
      factor: chronoFactor(length),
      drawn: true,
    },
    ...others.flatMap(([weights]) => retentionEnds(context).map((bias) => biased(bias, weights))),
  ];
}

/** Computes the logistic function 1 / (1 + exp(-x)). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * Computes the share that forget gates keep in a step with b = ln u, u uniform in [1, T - 1], as a
 * geometric mean: the exponential of the mean of ln sigmoid(ln u) = ln u - ln(1 + u).
 */
function chronoFactor(T: number): number {
  if (T === 2) return 0.5;
  const integral = (u: number) => u * Math.log(u) - (1 + u) * Math.log(1 + u);
  return Math.exp((integral(T - 1) - integral(1)) / (T - 2));
}

/** Measures the untrained networks of one initialisation, by seed. */
export async function survival(
  context: Context,
  { init, weights, bias, drawn }: Initialisation,
): Promise<Survival[]> {
  const lstm = recurrentLayer(context, init);
  const variances = weightVariances(context, weights);
  const forgetting = (gate: Activations, hidden: Activations, x: NDArray, seed: number) => {
    const found = {
      survival: cellSurvival(gate),
      mean: mean(gate.flat(2)),
      kept: Math.exp(mean(gate.flat(2).map(Math.log))),
      deviation: inputDeviation(gate),
    };
    if (bias === null) return { ...found, predicted: null, predictedAtOnce: null };
    const logs = stepVariances(x, hidden, seed, variances).map((variance) => {
      return meanLogSigmoid(bias, Math.sqrt(variance));
    });
    return {
      ...found,
      predicted: Math.exp(mean(logs)),
      predictedAtOnce: Math.exp(meanLogSigmoid(bias, found.deviation)),
    };
  };
  try {
    const patterns = patternSequences(context);
    const count = Math.min(context.parameters.heldOut, FEW);
    const task = taskSequences(context, count, "held-out").x;
    const change = drawn ? await changes(lstm, patterns) : null;
    const onTask = await traceForgetting(lstm, task);
    return (await traceAll(lstm, patterns)).map(({ forgetGate, hidden, cell }, seed): Survival => {
      const other = onTask[seed];
      const norms = { hidden: stateNorms(hidden), cell: stateNorms(cell) };
      return {
        patterns: forgetting(forgetGate, hidden, patterns, seed),
        task: forgetting(other?.forgetGate ?? [], other?.hidden ?? [], task, seed),
        change: change?.[seed] ?? null,
        correlation: normCorrelation(norms),
        firstCorrelation: firstCorrelation(norms),
      };
    });
  } finally {
    lstm.dispose();
  }
}

/**
 * Computes the variance of a gate's pre-activations at each step of each sequence. It is the
 * variance of a sum of inputs and states times independent random weights.
 *
 * @param x [replica, sequence, batch, input]
 * @param hidden The states after each step: [sequence, batch, hidden].
 */
function stepVariances(
  { shape, data }: NDArray,
  hidden: Activations,
  seed: number,
  variances: { readonly input: number; readonly hidden: number },
): number[] {
  const [, steps = 0, batch = 0, inputs = 0] = shape;
  const squares = (values: Iterable<number>) => {
    let sum = 0;
    for (const value of values) sum += value * value;
    return sum;
  };
  return hidden.flatMap((_, t) =>
    Array.from({ length: batch }, (_, b) => {
      const start = ((seed * steps + t) * batch + b) * inputs;
      const before = t > 0 ? hidden[t - 1]?.[b] ?? [] : [];
      const input = squares(data.subarray(start, start + inputs));
      return variances.input * input + variances.hidden * squares(before);
    })
  );
}

/** The change of c_0 to either side, which is so small that the effect is proportional to it. */
const CHANGE = 0.05;
/** A share below this is lost in the rounding of 32-bit states. */
const RESOLUTION = 2e-5;
/** The largest number of units in which c_0 is changed. */
export const CHANGED = 32;

/**
 * Computes by central differences the norm of the change of c_k, relative to a change of c_0 in one
 * unit. It is a geometric mean over units and the batch, and ends at the lag at which rounding
 * hides the change.
 *
 * @returns The relative changes, by seed and lag, from lag 0.
 */
async function changes(lstm: LSTM, x: NDArray): Promise<number[][]> {
  const { hiddenSize } = lstm.spec;
  const every = Math.ceil(hiddenSize / CHANGED);
  const units = Array.from({ length: Math.ceil(hiddenSize / every) }, (_, i) => i * every);
  const effects = tf.tidy(() => tf.stack(units.map((unit) => changeIn(lstm, x, unit)), 2));
  // [replica, sequence, unit, batch]
  const seeds = await nested(effects);
  effects.dispose();
  return seeds.map((steps) => {
    const logs = steps.map((step) => step.flat().map(Math.log));
    const means = logs.map((step) => step.reduce((sum, log) => sum + log, 0) / step.length);
    const shares = [1, ...means.map(Math.exp)];
    const lost = shares.findIndex((share) => share < RESOLUTION);
    return shares.slice(0, lost < 0 ? shares.length : lost);
  });
}

/**
 * Computes the effect of a change of c_0 in one unit on every cell state: [replica, sequence,
 * batch].
 */
function changeIn(lstm: LSTM, x: NDArray, unit: number): tf.Tensor {
  return tf.tidy(() => {
    const difference = cells(lstm, x, unit, CHANGE).sub(cells(lstm, x, unit, -CHANGE));
    return difference.div(2 * CHANGE).square().sum(-1).sqrt();
  });
}

/**
 * Computes the cell states [replica, sequence, batch, hidden], with h_0 = 0 and c_0 = 0 except in
 * one unit.
 */
function cells(lstm: LSTM, x: NDArray, unit: number, value: number): tf.Tensor {
  const { hiddenSize } = lstm.spec;
  const [replicas = 0, , batch = 0] = x.shape;
  const shape = [replicas, 1, batch, hiddenSize];
  const c = new Float32Array(replicas * batch * hiddenSize);
  for (let i = unit; i < c.length; i += hiddenSize) c[i] = value;
  const [trace] = lstm.trace(tf.tensor(x.data, [...x.shape]), {
    h: tf.zeros(shape),
    c: tf.tensor(c, shape),
  });
  return trace?.cell ?? tf.zeros([...x.shape.slice(0, 3), hiddenSize]);
}
