import * as tf from "@tensorflow/tfjs";
import { fitDecay } from "../../analysis/decay.ts";
import { inputGradients, type LossPlace } from "../../analysis/gradient_flow.ts";
import type { Model } from "../../model/model.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { notebookInit } from "../initialisations.ts";
import { sequenceNetwork } from "../sequence_network.ts";
import { drawSequence, lastLossGradients } from "./measure.ts";
import {
  type Context,
  EARLY_STEP,
  lengthsBeyond,
  longest,
  NOTEBOOK_LENGTHS,
} from "./parameters.ts";

/** What a network with the notebook's sizes and initial weights measured, of shape [seed][length]. */
export interface NotebookMeasured {
  readonly architecture: Architecture;
  /** The norm at the notebook's step by length beyond it, by where the loss is, on shared inputs. */
  readonly early: Readonly<Record<LossPlace, readonly (readonly number[])[]>>;
  /**
   * The same of a loss over all steps, as the notebook's code measures it: at its lengths, with new
   * inputs for each length and network, and 0 at the first length.
   */
  readonly asWritten: readonly (readonly number[])[];
  /** The per-step decay factor, a loss on the last step alone [seed]. */
  readonly rates: readonly number[];
}

/** Measures the three networks of the notebook's comparison, those of all seeds side by side. */
export async function measureNotebook(context: Context): Promise<NotebookMeasured[]> {
  const parts = await context.each("the notebook's measure", architectures, async (name) => {
    const architecture = architectures.find((one) => one === name) ?? "RNN";
    return await measureOne(context, architecture);
  });
  return architectures.flatMap((architecture, i) => {
    const part = parts[i];
    return part ? [{ architecture, ...part }] : [];
  });
}

async function measureOne(context: Context, architecture: Architecture) {
  const { inputSize, hiddenSize, outputSize } = context.parameters;
  const init = notebookInit(architecture, inputSize);
  const model = sequenceNetwork({
    ...{ architecture, inputSize, hiddenSize, outputSize, readout: "all" },
    random: context.seeds.map((seed) => context.random(seed, "notebook", "weights", architecture)),
    ...(init ? { init } : {}),
  });
  try {
    const lengths = lengthsBeyond(context);
    const last: number[][] = [];
    const all: number[][] = [];
    for (const length of lengths) {
      const byLag = await lastLossGradients(context, model, length);
      last.push(byLag.map((norms) => norms.at(-EARLY_STEP) ?? NaN));
      all.push(await earlyNorms(model, shared(context, length)));
    }
    const asWritten: number[][] = [];
    for (const length of NOTEBOOK_LENGTHS) {
      asWritten.push(
        length > EARLY_STEP
          ? await earlyNorms(model, fresh(context, architecture, length))
          : context.seeds.map(() => 0),
      );
    }
    const bySeed = (byLength: readonly number[][]): number[][] =>
      context.seeds.map((_, seed) => byLength.map((own) => own[seed] ?? NaN));
    const byLag = await lastLossGradients(context, model, longest(context));
    return {
      early: { last: bySeed(last), all: bySeed(all) },
      asWritten: bySeed(asWritten),
      rates: byLag.map((norms) => fitDecay(norms).rate),
    };
  } finally {
    model.dispose();
  }
}

/** Inputs and targets of a loss over all steps. */
interface Sequence {
  readonly x: tf.Tensor;
  readonly target: tf.Tensor;
}

/** || dL/dx || at the notebook's step, by seed, of a loss over all steps; disposes of the sequence. */
async function earlyNorms(model: Model, { x, target }: Sequence): Promise<number[]> {
  try {
    const norms = await inputGradients(model, x, target, "all");
    return norms.map((byStep) => byStep[EARLY_STEP - 1] ?? NaN);
  } finally {
    tf.dispose([x, target]);
  }
}

/** The same numbers for all networks, and at the end of every length. */
function shared(context: Context, length: number): Sequence {
  const { inputSize, outputSize } = context.parameters;
  return {
    x: drawSequence(context, "inputs", length, inputSize),
    target: drawSequence(context, "targets", length, outputSize),
  };
}

/** New numbers for each network and length. */
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
