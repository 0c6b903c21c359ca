import * as tf from "@tensorflow/tfjs";
import { fitDecay } from "../../analysis/decay.ts";
import { inputGradients } from "../../analysis/gradient_flow.ts";
import type { Model } from "../../model/model.ts";
import { sequenceNetwork } from "../sequence_network.ts";
import { type Contender, contenderName } from "../architectures.ts";
import { type Initialisation, initialisations, initOf } from "../initialisations.ts";
import { type Context, longest, sortedLengths } from "./parameters.ts";

/** What one kind of network, started in one way, measured; of shape [seed][...]. */
export interface Measured {
  readonly initialisation: Initialisation;
  readonly contender: Contender;
  /** || dL/dx_(T-k) || by lag k at the longest length, the loss on the last step alone. */
  readonly byLag: readonly (readonly number[])[];
  /** The fitted factor of that norm for each step back, by length. */
  readonly rates: readonly (readonly number[])[];
}

/** Measures the gradients of every contender with every start, all seeds side by side. */
export async function measureGradients(
  context: Context,
  contenders: readonly Contender[],
): Promise<Measured[]> {
  const kinds = initialisations.flatMap((initialisation) =>
    contenders.map((contender) => ({ initialisation, contender }))
  );
  const names = kinds.map(({ initialisation, contender }) =>
    `${contenderName(contender)}: ${initialisation}`
  );
  const parts = await context.each("gradients", names, async (name) => {
    const kind = kinds[names.indexOf(name)];
    if (!kind) throw new RangeError(`no network ${name}`);
    return await measureKind(context, kind.contender, kind.initialisation);
  });
  return kinds.flatMap((kind, i) => {
    const part = parts[i];
    return part ? [{ ...kind, ...part }] : [];
  });
}

async function measureKind(
  context: Context,
  { architecture, hiddenSize, likeness }: Contender,
  initialisation: Initialisation,
): Promise<Omit<Measured, "initialisation" | "contender">> {
  const { inputSize, outputSize } = context.parameters;
  const init = initOf(architecture, initialisation);
  const model = sequenceNetwork({
    ...{ architecture, inputSize, hiddenSize, outputSize, readout: "all" },
    random: context.seeds.map((seed) =>
      context.random(seed, "reach", "weights", architecture, likeness, initialisation)
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

/** || dL/dx_(T-k) || by seed and lag, the loss on the last step alone. */
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
 * The last `length` steps of each seed's normal numbers, so that sequences of different length end
 * alike: [replica, sequence, batch, width].
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

/** The numbers of a run, drawn once: every network and length has the same. */
const drawn = new WeakMap<Context, Map<string, readonly Float32Array[]>>();

/** So many normal numbers of each seed. */
function numbersOf(context: Context, name: string, count: number): readonly Float32Array[] {
  const kept = drawn.get(context) ?? new Map<string, readonly Float32Array[]>();
  drawn.set(context, kept);
  const found = kept.get(name) ??
    context.seeds.map((seed) => context.random(seed, "reach", name).array(count));
  kept.set(name, found);
  return found;
}

/** [replica, batch, width] of the last step. */
function lastOf(sequence: tf.Tensor4D): tf.Tensor {
  const [replicas, steps, batch, width] = sequence.shape;
  return sequence.slice([0, steps - 1, 0, 0], [replicas, 1, batch, width]).squeeze([1]);
}

/** The fitted factor of each seed at the longest length. */
export function longestRates({ rates }: Measured): number[] {
  return rates.map((byLength) => byLength.at(-1) ?? NaN);
}
