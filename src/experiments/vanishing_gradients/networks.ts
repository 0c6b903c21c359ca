import * as tf from "@tensorflow/tfjs";
import { gradientFlow } from "../../analysis/gradient_flow.ts";
import { type JacobianProduct, jacobianProducts } from "../../analysis/jacobian.ts";
import type { Complex } from "../../analysis/matrix.ts";
import { eigenvalues } from "../../analysis/spectrum.ts";
import { mean } from "../../statistics/descriptive.ts";
import { singularValues } from "../../analysis/singular_values.ts";
import { TanhRecurrence } from "../../analysis/tanh_recurrence.ts";
import type { Random } from "../../core/random.ts";
import { glorotUniform, orthogonal } from "../../model/init/random_matrices.ts";
import { Linear } from "../../model/linear.ts";
import { RNN } from "../../model/rnn.ts";
import { SequenceModel } from "../../model/sequence_model.ts";
import { relative } from "../ratios.ts";
import { type Context, longest, sortedGains, sortedLengths } from "./parameters.ts";

/** Gradients of the loss at the end of a sequence of one length. */
export interface LengthGradients {
  readonly length: number;
  readonly loss: number;
  readonly W_ih: number;
  readonly W_hh: number;
  readonly W_ho: number;
}

/** One network at the default initialisation. */
export interface DefaultNetwork {
  /** The gradients by length, for sequences with the same end and the same target. */
  readonly byLength: readonly LengthGradients[];
  /** || dL/dW_hh || of shape [draw][length], for a new sequence and a new target each time. */
  readonly newSequences: readonly (readonly number[])[];
  /** || dL/dh_(T-k) || by lag k. */
  readonly stateGradients: readonly number[];
  /** Singular values of dh_T/dh_(T-k) by rank and lag k. */
  readonly singularValues: RankedValues;
  /** || h_t || for t = 0 to T. */
  readonly stateNorms: readonly number[];
  readonly eigenvalues: readonly Complex[];
  /** The largest singular value of W_hh. */
  readonly largestSingularValue: number;
  /**
   * The radius of the circular law: sqrt(N v) for an N by N matrix W_hh whose entries have the mean
   * square v.
   */
  readonly circularRadius: number;
}

/** Networks with W_hh = g Q, by gain. */
export interface GainNetworks {
  readonly gain: number;
  /** || dL/dh_(T-k) || by lag k relative to lag 0, with tanh. */
  readonly tanh: readonly number[];
  /**
   * The same norms without the nonlinearity, up to the lag at which 32-bit floats underflow or
   * overflow.
   */
  readonly linear: readonly number[];
  /** The largest relative error of `linear` at lag k compared with g^k, in units of k N 2^-24. */
  readonly linearError: number;
  /** Singular values of dh_T/dh_(T-k) by rank and lag k, with tanh. */
  readonly singularValues: RankedValues;
  /** The largest ratio of || dh_T/dh_(T-k) || to its bound g^k, with tanh. */
  readonly boundShare: number;
}

/** One trial: an input sequence and its target, and a network of the run's sizes. */
class Trial {
  readonly #context: Context;
  readonly #random: Random;

  constructor(context: Context, seed: number) {
    this.#context = context;
    this.#random = context.random(seed);
  }

  /** The source of the initial W_hh of every kind of network. */
  get weights(): Random {
    return this.#random.fork("weights");
  }

  /**
   * Measures the gradients of a network with this W_hh. The network is disposed of at the end.
   *
   * @param silent Whether the inputs are 0.
   */
  async flow(length: number, W_hh: number[][], silent = false) {
    const { inputSize, hiddenSize, outputSize } = this.#context.parameters;
    const { W_ih, W_ho } = this.outerWeights();
    const random = this.weights;
    const model = new SequenceModel({
      recurrent: new RNN({
        ...{ inputSize, hiddenSize, bias: false, random },
        init: (name) => (name === "weight_ih_l0" ? W_ih : W_hh).flat(),
      }),
      head: new Linear({
        ...{ inFeatures: hiddenSize, outFeatures: outputSize, bias: false, random },
        init: () => W_ho.flat(),
      }),
    });
    const [x, target] = this.#tensors(length, silent);
    try {
      const { loss, parameterNorms, layers } = await gradientFlow(model, x, target);
      const { hiddenGradientNorms = [], hiddenStates = [] } = layers[0] ?? {};
      return {
        gradients: {
          loss,
          W_ih: parameterNorms["recurrent.weight_ih_l0"] ?? NaN,
          W_hh: parameterNorms["recurrent.weight_hh_l0"] ?? NaN,
          W_ho: parameterNorms["head.weight"] ?? NaN,
        },
        stateGradientNorms: hiddenGradientNorms,
        hiddenStates,
      };
    } finally {
      tf.dispose([x, target]);
      model.dispose();
    }
  }

  /** Returns the source of a label of this trial. */
  fork(label: string): Random {
    return this.#random.fork(label);
  }

  /** Returns the initial W_ih and W_ho of {@link Trial.flow}, in float64. */
  outerWeights(): { readonly W_ih: number[][]; readonly W_ho: number[][] } {
    const { inputSize, hiddenSize, outputSize } = this.#context.parameters;
    return {
      W_ih: glorotUniform([hiddenSize, inputSize], this.weights.fork("W_ih")),
      W_ho: glorotUniform([outputSize, hiddenSize], this.weights.fork("W_ho")),
    };
  }

  /** Computes states and gradients by lag of the tanh network of {@link Trial.flow}, in float64. */
  precise(length: number, W_hh: number[][]) {
    const { inputSize } = this.#context.parameters;
    const { W_ih, W_ho } = this.outerWeights();
    const { inputs, target } = this.#sequence(length);
    const recurrence = new TanhRecurrence(W_hh);
    const states = recurrence.states(drive(W_ih, inputs, inputSize));
    const gradient = lossGradient(W_ho, states.at(-1) ?? [], target);
    return {
      states: states.map((state) => [...state]),
      gradientNorms: recurrence.stateGradients(states, gradient).map((g) => Math.hypot(...g)),
    };
  }

  /**
   * Returns the last `length` steps of the trial's inputs, so that all sequences have the same end.
   */
  #sequence(length: number): { readonly inputs: Float32Array; readonly target: Float32Array } {
    const { inputSize, outputSize, steps } = this.#context.parameters;
    const most = Math.max(steps, longest(this.#context));
    return {
      inputs: this.#random.fork("inputs").array(most * inputSize).slice(-length * inputSize),
      target: this.#random.fork("target").array(outputSize),
    };
  }

  /**
   * Returns the sequence as tensors: x [length, 1, input], which is 0 if `silent`, and the target
   * [1, output].
   */
  #tensors(length: number, silent: boolean): [tf.Tensor3D, tf.Tensor2D] {
    const { inputSize, outputSize } = this.#context.parameters;
    const { inputs, target } = this.#sequence(length);
    return [
      tf.tensor3d(silent ? inputs.fill(0) : inputs, [length, 1, inputSize]),
      tf.tensor2d(target, [1, outputSize]),
    ];
  }
}

/** Measures the network of a seed at the default initialisation: Glorot-uniform. */
export async function defaultNetwork(context: Context, seed: number): Promise<DefaultNetwork> {
  const trial = new Trial(context, seed);
  const { hiddenSize, steps } = context.parameters;
  const W_hh = glorotUniform([hiddenSize, hiddenSize], trial.weights.fork("W_hh"));
  const flow = await trial.flow(steps, W_hh);
  const byLength: LengthGradients[] = [];
  for (const length of sortedLengths(context)) {
    const { gradients } = length === steps ? flow : await trial.flow(length, W_hh);
    byLength.push({ length, ...gradients });
  }
  return {
    byLength,
    newSequences: newSequences(context, trial, W_hh),
    stateGradients: flow.stateGradientNorms,
    singularValues: ranked(jacobianProducts(flow.hiddenStates, W_hh, { full: true })),
    stateNorms: flow.hiddenStates.map((state) => Math.hypot(...state)),
    eigenvalues: await eigenvalues(W_hh),
    largestSingularValue: singularValues(W_hh)[0] ?? 0,
    circularRadius: Math.sqrt(hiddenSize * mean(W_hh.flat().map((weight) => weight ** 2))),
  };
}

/** || dL/dW_hh || of shape [draw][length], for a new sequence and a new target each time. */
function newSequences(context: Context, trial: Trial, W_hh: number[][]): number[][] {
  const { inputSize, outputSize, draws } = context.parameters;
  const { W_ih, W_ho } = trial.outerWeights();
  const recurrence = new TanhRecurrence(W_hh);
  const random = trial.fork("new sequences");
  return Array.from({ length: draws }, () =>
    sortedLengths(context).map((length) => {
      const states = recurrence.states(drive(W_ih, random.array(length * inputSize), inputSize));
      const gradient = lossGradient(W_ho, states.at(-1) ?? [], random.array(outputSize));
      return recurrence.weightGradientNorm(states, recurrence.stateGradients(states, gradient));
    }));
}

/** Measures the networks of a seed with W_hh = g Q, for one Q and every gain. */
export async function gains(context: Context, seed: number): Promise<GainNetworks[]> {
  const trial = new Trial(context, seed);
  const { hiddenSize } = context.parameters;
  const length = longest(context);
  const measured: GainNetworks[] = [];
  for (const gain of sortedGains(context)) {
    const W_hh = orthogonal(hiddenSize, trial.weights.fork("Q"), gain);
    const { states, gradientNorms } = trial.precise(length, W_hh);
    // Without input the states are 0, where the slope of tanh is 1. So the gradient is that of the
    // linear network, whose Jacobian does not depend on states.
    const silent = await trial.flow(length, W_hh, true);
    const linear = relative(inRange(silent.stateGradientNorms));
    const products = jacobianProducts(states, W_hh, { full: true });
    measured.push({
      gain,
      tanh: relative(gradientNorms),
      linear,
      linearError: linearError(linear, gain, hiddenSize),
      singularValues: ranked(products),
      boundShare: boundShare(products.map(({ logNorm }) => logNorm), gain),
    });
  }
  return measured;
}

/** Computes the largest relative error of norms compared with gain^lag, in units of lag N 2^-24. */
function linearError(norms: readonly number[], gain: number, size: number): number {
  // The error is computed from logarithms, since gain^lag can overflow or underflow.
  const errors = norms.slice(1).map((norm, i) => {
    const lag = i + 1;
    return Math.abs(Math.expm1(Math.log(norm) - lag * Math.log(gain))) / (lag * size * 2 ** -24);
  });
  return Math.max(0, ...errors);
}

/**
 * Computes the largest ratio of norms to their bound sigma^lag, over lags from 1.
 *
 * @param logNorms ln || dh_T/dh_(T-k) || by lag k from 0.
 * @param sigma The largest singular value of W_hh.
 * @returns 1 or less, if the bound holds.
 */
export function boundShare(logNorms: readonly number[], sigma: number): number {
  // The ratio is computed from logarithms, since norm and bound can both underflow.
  return Math.max(
    ...logNorms.slice(1).map((log, i) => Math.exp(log - (i + 1) * Math.log(sigma))),
  );
}

/**
 * Computes ln || dh_T/dh_(T-k) || by lag k for the default W_hh of a seed, scaled so that its
 * largest singular value is the parameter `contraction`.
 */
export function contraction(context: Context, seed: number): number[] {
  const trial = new Trial(context, seed);
  const { hiddenSize, contraction } = context.parameters;
  const drawn = glorotUniform([hiddenSize, hiddenSize], trial.weights.fork("W_hh"));
  const scale = contraction / (singularValues(drawn)[0] ?? 1);
  const W_hh = drawn.map((row) => row.map((weight) => weight * scale));
  const { states } = trial.precise(longest(context), W_hh);
  return jacobianProducts(states, W_hh).map(({ logNorm }) => logNorm);
}

/** The norm below which a 32-bit gradient loses digits. */
const SMALLEST = 1e-30;

/** Returns the norms before the first that is out of the range of 32-bit floats. */
function inRange(norms: readonly number[]): number[] {
  const out = norms.findIndex((norm) => !(norm > SMALLEST && norm < Infinity));
  return norms.slice(0, out < 0 ? norms.length : out);
}

/**
 * Computes the terms of the inputs in the pre-activations.
 *
 * @param W_ih Of shape [hidden, input].
 * @param x The inputs of shape [step, input], in one list.
 * @param inputSize Features of an input.
 * @returns W_ih x_t of shape [step, hidden].
 */
export function drive(
  W_ih: readonly (readonly number[])[],
  x: Float32Array,
  inputSize: number,
): Float64Array[] {
  return Array.from({ length: x.length / inputSize }, (_, t) => {
    const start = t * inputSize;
    return Float64Array.from(W_ih, (row) => {
      let sum = 0;
      for (let j = 0; j < inputSize; j++) sum += (row[j] ?? NaN) * (x[start + j] ?? NaN);
      return sum;
    });
  });
}

/**
 * Computes the gradient of the mean squared error of the output W_ho h with respect to h.
 *
 * @param W_ho Of shape [output, hidden].
 * @param h The last state.
 * @param target The target output.
 * @returns dL/dh of shape [hidden].
 */
export function lossGradient(
  W_ho: readonly (readonly number[])[],
  h: ArrayLike<number>,
  target: ArrayLike<number>,
): Float64Array {
  const gradient = new Float64Array(h.length);
  for (const [i, row] of W_ho.entries()) {
    const output = row.reduce((sum, weight, j) => sum + weight * (h[j] ?? NaN), 0);
    const error = 2 * (output - (target[i] ?? NaN)) / W_ho.length;
    for (const [j, weight] of row.entries()) gradient[j] = (gradient[j] ?? NaN) + error * weight;
  }
  return gradient;
}

/**
 * The singular values that are shown, with their relative rank from 0 (the largest) to 1 (the
 * smallest).
 */
const ranks = {
  "largest": 0,
  "upper quartile": 1 / 4,
  "median": 1 / 2,
  "lower quartile": 3 / 4,
} as const;

/** The names of the singular values that are shown. */
export const rankNames: readonly (keyof typeof ranks)[] = [
  "largest",
  "upper quartile",
  "median",
  "lower quartile",
];

/**
 * The singular values of Jacobian products by rank and lag; 0 for a value that is lost to rounding.
 */
export type RankedValues = Readonly<Record<keyof typeof ranks, readonly number[]>>;

/** Selects the shown ranks from all singular values of Jacobian products. */
export function ranked(products: readonly JacobianProduct[]): RankedValues {
  const at = (rank: number) =>
    products.map(({ singularValues }) =>
      singularValues[Math.floor(rank * (singularValues.length - 1))] ?? 0
    );
  return {
    "largest": at(ranks.largest),
    "upper quartile": at(ranks["upper quartile"]),
    "median": at(ranks.median),
    "lower quartile": at(ranks["lower quartile"]),
  };
}
