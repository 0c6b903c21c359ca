import * as tf from "@tensorflow/tfjs";
import { fitDecay } from "../../analysis/decay.ts";
import { inputGradients, type LossPlace } from "../../analysis/gradient_flow.ts";
import type { Model } from "../../model/model.ts";
import {
  type Initialisation,
  initialisations,
  initOf,
  notebookInit,
  sequenceNetwork,
} from "../sequence_network.ts";
import {
  type Architecture,
  architectures,
  type Candidate,
  candidateName,
} from "../architectures.ts";
import {
  type Context,
  EARLY_STEP,
  lengthsBeyond,
  longest,
  NOTEBOOK_LENGTHS,
  notebookSeeds,
  sortedLengths,
} from "./parameters.ts";

/** The measures of one kind of network with one initialisation, of shape [seed][...]. */
export interface Measured {
  readonly initialisation: Initialisation;
  readonly candidate: Candidate;
  /** || dL/dx_(T-k) || by lag k at the longest length, for a loss on the last step only. */
  readonly byLag: readonly (readonly number[])[];
  /** The factor by which this norm falls for each step back, fitted over lags, by length. */
  readonly rates: readonly (readonly number[])[];
}

/** Measures the gradients of every candidate with every initialisation, all seeds side by side. */
export async function measureGradients(
  context: Context,
  candidates: readonly Candidate[],
): Promise<Measured[]> {
  const kinds = initialisations.flatMap((initialisation) =>
    candidates.map((candidate) => ({ initialisation, candidate }))
  );
  const names = kinds.map(({ initialisation, candidate }) =>
    `${candidateName(candidate)}: ${initialisation}`
  );
  const parts = await context.each("gradients", names, async (name) => {
    const kind = kinds[names.indexOf(name)];
    if (!kind) throw new RangeError(`no network ${name}`);
    return await measureKind(context, kind.candidate, kind.initialisation);
  });
  return kinds.flatMap((kind, i) => {
    const part = parts[i];
    return part ? [{ ...kind, ...part }] : [];
  });
}

/** Measures the gradients of a candidate with an initialisation. */
async function measureKind(
  context: Context,
  { architecture, hiddenSize, matching }: Candidate,
  initialisation: Initialisation,
): Promise<Omit<Measured, "initialisation" | "candidate">> {
  const { inputSize, outputSize } = context.parameters;
  const init = initOf(architecture, initialisation);
  const model = sequenceNetwork({
    ...{ architecture, inputSize, hiddenSize, outputSize, readout: "all" },
    random: context.seeds.map((seed) =>
      context.random(seed, "reach", "weights", architecture, matching, initialisation)
    ),
    ...(init ? { init } : {}),
  });
  try {
    const norms: number[][][] = [];
    for (const length of sortedLengths(context)) {
      norms.push(await lastLossGradients(context, model, length));
    }
    return {
      byLag: norms.at(-1) ?? [],
      rates: context.seeds.map((_, seed) => norms.map((own) => fitDecay(own[seed] ?? []).rate)),
    };
  } finally {
    model.dispose();
  }
}

/** Computes || dL/dx_(T-k) || by seed and lag, for a loss on the last step only. */
export async function lastLossGradients(
  context: Context,
  model: Model,
  length: number,
): Promise<number[][]> {
  const { inputSize, outputSize } = context.parameters;
  const x = drawSequence(context, "inputs", length, inputSize);
  const target = tf.tidy(() => lastOf(drawSequence(context, "targets", length, outputSize)));
  try {
    const byStep = await inputGradients(model, x, target, "last");
    return byStep.map((norms) => norms.toReversed());
  } finally {
    tf.dispose([x, target]);
  }
}

/**
 * Returns the last `length` steps of the normal numbers of each seed, so that sequences of
 * different length have the same end: [replica, sequence, batch, width].
 */
export function drawSequence(
  context: Context,
  name: "inputs" | "targets",
  length: number,
  width: number,
): tf.Tensor4D {
  const row = context.parameters.batch * width;
  const longestEach = numbersOf(context, name, longest(context) * row);
  const values = new Float32Array(longestEach.length * length * row);
  for (const [r, all] of longestEach.entries()) {
    values.set(all.subarray(all.length - length * row), r * length * row);
  }
  return tf.tensor4d(values, [longestEach.length, length, context.parameters.batch, width]);
}

/**
 * The normal numbers of a run, by name. They are drawn once, so that all networks and lengths have
 * the same.
 */
const drawn = new WeakMap<Context, Map<string, readonly Float32Array[]>>();

/** Returns `count` normal numbers of each seed. */
function numbersOf(context: Context, name: string, count: number): readonly Float32Array[] {
  const kept = drawn.get(context) ?? new Map<string, readonly Float32Array[]>();
  drawn.set(context, kept);
  const found = kept.get(name) ??
    context.seeds.map((seed) => context.random(seed, "reach", name).array(count));
  kept.set(name, found);
  return found;
}

/** Returns the last step of a sequence: [replica, batch, width]. */
function lastOf(sequence: tf.Tensor4D): tf.Tensor {
  const [replicas, steps, batch, width] = sequence.shape;
  return sequence.slice([0, steps - 1, 0, 0], [replicas, 1, batch, width]).squeeze([1]);
}

/** Returns the decay factor of each seed at the longest length. */
export function longestRates({ rates }: Measured): number[] {
  return rates.map((byLength) => byLength.at(-1) ?? NaN);
}

/**
 * The measures of a network with the notebook's sizes and initial weights, of shape [seed][length].
 */
export interface NotebookMeasured {
  readonly architecture: Architecture;
  /**
   * The norm of the gradient at step {@link EARLY_STEP}, on the seeds of the run and on inputs that
   * all networks share, by the place of the loss, seed and length.
   */
  readonly early: Readonly<Record<LossPlace, readonly (readonly number[])[]>>;
  /** The scores by which the notebook's code ranks networks, with {@link notebookSeeds}. */
  readonly ranked: Ranked;
}

/** The scores by which networks are ranked, of shape [seed][length]. */
export interface Ranked {
  /**
   * The norm of the gradient at step {@link EARLY_STEP} of a loss over all steps, as the notebook's
   * code measures it: at the notebook's lengths, with new inputs for each length and network, and 0
   * at the first length.
   */
  readonly asWritten: readonly (readonly number[])[];
  /** The same norm on inputs that all networks and lengths share, without the first length. */
  readonly shared: readonly (readonly number[])[];
  /** The per-step decay factor for a loss on the last step only, of shape [seed]. */
  readonly rates: readonly number[];
}

/** Measures the three networks of the notebook's comparison, with all seeds side by side. */
export async function measureNotebook(context: Context): Promise<NotebookMeasured[]> {
  const more = moreSeeds(context);
  const parts = await context.each("the notebook's measure", architectures, async (name) => {
    const architecture = architectures.find((one) => one === name) ?? "RNN";
    return await measureOne(context, more, architecture);
  });
  return architectures.flatMap((architecture, i) => {
    const part = parts[i];
    return part ? [{ architecture, ...part }] : [];
  });
}

/**
 * Returns the context of a run with {@link notebookSeeds} and with the notebook's lengths added.
 */
function moreSeeds(context: Context): Context {
  const { parameters } = context;
  const lengths = [...parameters.lengths, ...NOTEBOOK_LENGTHS];
  return { ...context, seeds: notebookSeeds(context), parameters: { ...parameters, lengths } };
}

/** Measures the notebook's networks of one architecture. */
async function measureOne(
  context: Context,
  more: Context,
  architecture: Architecture,
): Promise<Omit<NotebookMeasured, "architecture">> {
  return {
    early: await withNetworks(context, architecture, (model) => measureEarly(context, model)),
    ranked: await withNetworks(
      more,
      architecture,
      (model) => measureRanked(more, architecture, model),
    ),
  };
}

/**
 * Creates the notebook's networks of an architecture, one for each seed, measures them, and
 * disposes of them.
 */
async function withNetworks<T>(
  context: Context,
  architecture: Architecture,
  measure: (model: Model) => Promise<T>,
): Promise<T> {
  const { inputSize, hiddenSize, outputSize } = context.parameters;
  const init = notebookInit(architecture, inputSize);
  const model = sequenceNetwork({
    ...{ architecture, inputSize, hiddenSize, outputSize, readout: "all" },
    random: context.seeds.map((seed) => context.random(seed, "notebook", "weights", architecture)),
    ...(init ? { init } : {}),
  });
  try {
    return await measure(model);
  } finally {
    model.dispose();
  }
}

/** Transposes norms by length and seed to norms by seed and length. */
function bySeed(context: Context, byLength: readonly (readonly number[])[]): number[][] {
  return context.seeds.map((_, seed) => byLength.map((own) => own[seed] ?? NaN));
}

/**
 * Measures the norm at step {@link EARLY_STEP} for a loss on the last step and for a loss over all
 * steps.
 */
async function measureEarly(context: Context, model: Model): Promise<NotebookMeasured["early"]> {
  const last: number[][] = [];
  const all: number[][] = [];
  for (const length of lengthsBeyond(context)) {
    const byLag = await lastLossGradients(context, model, length);
    last.push(byLag.map((norms) => norms.at(-EARLY_STEP) ?? NaN));
    all.push(await earlyNorms(model, shared(context, length)));
  }
  return { last: bySeed(context, last), all: bySeed(context, all) };
}

/** Measures the norms by which the notebook's code ranks networks. */
async function measureRanked(
  context: Context,
  architecture: Architecture,
  model: Model,
): Promise<Ranked> {
  const asWritten: number[][] = [];
  const onShared: number[][] = [];
  for (const length of NOTEBOOK_LENGTHS) {
    if (length <= EARLY_STEP) {
      asWritten.push(context.seeds.map(() => 0));
      continue;
    }
    asWritten.push(await earlyNorms(model, fresh(context, architecture, length)));
    onShared.push(await earlyNorms(model, shared(context, length)));
  }
  const byLag = await lastLossGradients(context, model, longest(context));
  return {
    asWritten: bySeed(context, asWritten),
    shared: bySeed(context, onShared),
    rates: byLag.map((norms) => fitDecay(norms).rate),
  };
}

/** Inputs and targets of a loss over all steps. */
interface Sequence {
  readonly x: tf.Tensor;
  readonly target: tf.Tensor;
}

/**
 * Computes || dL/dx || at step {@link EARLY_STEP} of a loss over all steps, by seed, and disposes
 * of the sequence.
 */
async function earlyNorms(model: Model, { x, target }: Sequence): Promise<number[]> {
  try {
    const norms = await inputGradients(model, x, target, "all");
    return norms.map((byStep) => byStep[EARLY_STEP - 1] ?? NaN);
  } finally {
    tf.dispose([x, target]);
  }
}

/** Returns sequences that all networks share, and that have the same end at every length. */
function shared(context: Context, length: number): Sequence {
  const { inputSize, outputSize } = context.parameters;
  return {
    x: drawSequence(context, "inputs", length, inputSize),
    target: drawSequence(context, "targets", length, outputSize),
  };
}

/** Draws new sequences for each network and length. */
function fresh(context: Context, architecture: Architecture, length: number): Sequence {
  const { inputSize, outputSize, batch } = context.parameters;
  const draw = (name: string, width: number): tf.Tensor => {
    const values = context.seeds.map((seed) =>
      context.random(seed, "notebook", name, architecture, length).array(length * batch * width)
    );
    const all = new Float32Array(values.length * length * batch * width);
    for (const [r, own] of values.entries()) all.set(own, r * own.length);
    return tf.tensor4d(all, [values.length, length, batch, width]);
  };
  return { x: draw("inputs", inputSize), target: draw("targets", outputSize) };
}
