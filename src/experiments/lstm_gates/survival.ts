import * as tf from "@tensorflow/tfjs";
import { cellSurvival, inputDeviation } from "../../analysis/forgetting.ts";
import type { Numbers } from "../../data/sequence_task.ts";
import { chronoInit, forgetBias } from "../../model/gate_bias_init.ts";
import type { LSTM } from "../../model/lstm.ts";
import { glorotInit, type RecurrentInit } from "../../model/recurrent_init.ts";
import { nested, recurrentLayer, traceAll } from "./networks.ts";
import { type Context, sortedBiases } from "./parameters.ts";
import { patternSequences, taskSequences } from "./sequences.ts";

/** A way to set the biases of the forget gates. */
export interface Initialisation {
  /** As facets and tables call it: `"b = 1"`. */
  readonly name: string;
  /** The bias; `null` for chrono initialisation, which has many. */
  readonly bias: number | null;
  readonly init: RecurrentInit;
  /** What gates without weights keep of a cell value for each step, as a geometric mean over units. */
  readonly factor: number;
}

/** What is left of a cell value with one initialisation and one seed, by lag from 0. */
export interface Survival {
  /** The product of the forget gates on the notebook's sequences. */
  readonly patterns: readonly number[];
  /** The product of the forget gates on sequences of the adding problem. */
  readonly task: readonly number[];
  /** The effect of a change of c_0 on c_k, on the notebook's sequences. */
  readonly change: readonly number[];
  /** The standard deviation of what goes into the forget gates, on both kinds of sequences. */
  readonly inputDeviation: { readonly patterns: number; readonly task: number };
}

/** The initialisations that are compared: the biases in order, then chrono. */
export function initialisations(context: Context): Initialisation[] {
  const { length } = context.parameters;
  const biased = sortedBiases(context).map((bias) => ({
    name: `b = ${bias}`,
    bias,
    init: forgetBias(bias, glorotInit),
    factor: sigmoid(bias),
  }));
  const init = chronoInit(length, glorotInit);
  return [...biased, { name: "chrono", bias: null, init, factor: chronoFactor(length) }];
}

/** Of a number. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * What forget gates keep for each step with b = ln u, u uniform in [1, T - 1], as a geometric mean:
 * the exponential of the mean of ln sigmoid(ln u) = ln u - ln(1 + u).
 */
function chronoFactor(T: number): number {
  if (T === 2) return 0.5;
  const integral = (u: number) => u * Math.log(u) - (1 + u) * Math.log(1 + u);
  return Math.exp((integral(T - 1) - integral(1)) / (T - 2));
}

/** Measures what is left of cell values with one initialisation, by seed. */
export async function survival(context: Context, { init }: Initialisation): Promise<Survival[]> {
  const lstm = recurrentLayer(context, init);
  try {
    const patterns = patternSequences(context);
    const task = taskSequences(context, context.parameters.heldOut, "held-out");
    const change = await changes(lstm, patterns);
    const onTask = await traceAll(lstm, task.x);
    return (await traceAll(lstm, patterns)).map(({ forgetGate }, seed) => {
      const forgetOnTask = onTask[seed]?.forgetGate ?? [];
      return {
        patterns: cellSurvival(forgetGate),
        task: cellSurvival(forgetOnTask),
        change: change[seed] ?? [],
        inputDeviation: {
          patterns: inputDeviation(forgetGate),
          task: inputDeviation(forgetOnTask),
        },
      };
    });
  } finally {
    lstm.dispose();
  }
}

/** By how much c_0 is changed to either side: little enough for the effect to be proportional. */
const CHANGE = 0.05;
/** Below this share an effect is lost in the rounding of 32-bit states. */
const RESOLUTION = 2e-5;
/** The most units in which c_0 is changed. */
export const CHANGED = 32;

/**
 * The norm of the change of c_k over that of c_0, where c_0 is changed in one unit, by central
 * differences: a geometric mean over that unit and the batch, as far as it can be told.
 *
 * @returns By seed and lag, from 0.
 */
async function changes(lstm: LSTM, x: Numbers): Promise<number[][]> {
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

/** The effect on every cell state of a change of c_0 in one unit: [replica, sequence, batch]. */
function changeIn(lstm: LSTM, x: Numbers, unit: number): tf.Tensor {
  return tf.tidy(() => {
    const difference = cells(lstm, x, unit, CHANGE).sub(cells(lstm, x, unit, -CHANGE));
    return difference.div(2 * CHANGE).square().sum(-1).sqrt();
  });
}

/** The cell states [replica, sequence, batch, hidden] from h_0 = 0 and c_0 = 0 but for one unit. */
function cells(lstm: LSTM, x: Numbers, unit: number, value: number): tf.Tensor {
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
