import * as tf from "@tensorflow/tfjs";
import { fitDecay } from "../../analysis/decay.ts";
import { inputGradients, type LossPlace } from "../../analysis/input_gradients.ts";
import type { Random } from "../../core/random.ts";
import { sequenceNetwork } from "../sequence_network.ts";
import { type Contender, contenderName } from "../contenders.ts";
import { type Initialisation, initialisations, initOf } from "../initialisations.ts";
import { type Context, EARLY_STEP, lengthsBeyond, longest, sortedLengths } from "./parameters.ts";

/** What one kind of network, started in one way, measured; of shape [seed][...]. */
export interface Measured {
  readonly initialisation: Initialisation;
  readonly contender: Contender;
  /** || dL/dx_(T-k) || by lag k at the longest length, the loss on the last step alone. */
  readonly byLag: readonly (readonly number[])[];
  /** The fitted factor of that norm for each step back, by length. */
  readonly rates: readonly (readonly number[])[];
  /** The norm at the tutorial's early step, by length beyond it and by where the loss is. */
  readonly early: Readonly<Record<LossPlace, readonly (readonly number[])[]>>;
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
  const sources = (...path: string[]): Random[] =>
    context.seeds.map((seed) => context.random(seed, ...path));
  const init = initOf(architecture, initialisation);
  const model = sequenceNetwork({
    ...{ architecture, inputSize, hiddenSize, outputSize, readout: "all" },
    random: sources("weights", architecture, likeness, initialisation),
    ...(init ? { init } : {}),
  });
  const norms = async (length: number, place: LossPlace): Promise<number[][]> => {
    const [x, target] = [sources("inputs"), sources("targets")].map((own, i) => {
      return drawSequence(context, own, length, i === 0 ? inputSize : outputSize);
    });
    if (!x || !target) throw new RangeError("two sequences became fewer");
    // The loss on the last step wants the last target alone.
    const wanted = place === "all" ? target : tf.tidy(() => lastOf(target));
    try {
      return await inputGradients(model, x, wanted, place);
    } finally {
      tf.dispose([x, target, wanted]);
    }
  };
  try {
    const lengths = sortedLengths(context);
    const last: number[][][] = [];
    for (const length of lengths) last.push(await norms(length, "last"));
    const all: number[][][] = [];
    for (const length of lengthsBeyond(context)) all.push(await norms(length, "all"));
    // From [length][seed][step] to [seed][length].
    const early = (byLength: readonly number[][][]): number[][] =>
      context.seeds.map((_, seed) => byLength.map((own) => own[seed]?.[EARLY_STEP - 1] ?? NaN));
    const byLag = (own: readonly number[][] = []): number[][] =>
      own.map((byStep) => byStep.toReversed());
    return {
      byLag: byLag(last.at(-1)),
      rates: context.seeds.map((_, seed) =>
        last.map((own) => fitDecay(byLag(own)[seed] ?? []).rate)
      ),
      early: {
        last: early(last.filter((_, i) => (lengths[i] ?? 0) > EARLY_STEP)),
        all: early(all),
      },
    };
  } finally {
    model.dispose();
  }
}

/**
 * The last `length` steps of each seed's normal numbers, so that sequences of different length end
 * alike: [replica, sequence, batch, width].
 */
function drawSequence(
  context: Context,
  sources: readonly Random[],
  length: number,
  width: number,
): tf.Tensor4D {
  const row = context.parameters.batch * width;
  const values = new Float32Array(sources.length * length * row);
  for (const [r, source] of sources.entries()) {
    const all = source.array(longest(context) * row);
    values.set(all.subarray(all.length - length * row), r * length * row);
  }
  return tf.tensor4d(values, [sources.length, length, context.parameters.batch, width]);
}

/** [replica, batch, width] of the last step. */
function lastOf(sequence: tf.Tensor4D): tf.Tensor {
  const [replicas, steps, batch, width] = sequence.shape;
  return sequence.slice([0, steps - 1, 0, 0], [replicas, 1, batch, width]).squeeze([1]);
}
