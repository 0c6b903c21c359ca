import * as tf from "@tensorflow/tfjs";
import {
  type Activations,
  seriesVariation,
  stateNorms,
  summaryByStep,
  temporalDeviation,
} from "../../analysis/activations.ts";
import { correlation } from "../../statistics/correlation.ts";
import { mean } from "../../statistics/descriptive.ts";
import { gateSequence } from "../../data/gate_sequence.ts";
import { sideBySide } from "../../data/sequence_task.ts";
import { nested } from "../lstm_gates/networks.ts";
import { NotebookNetwork } from "./networks.ts";
import type { Measuring } from "./parameters.ts";
import { gateSequences, sizes } from "./settings.ts";
import { sources } from "./sources.ts";

/** The gates, in the notebook's order. */
export const gateNames = ["forget", "input", "output"] as const;

/** One of the {@link gateNames}. */
export type GateName = (typeof gateNames)[number];

/** What section 3 computes of the network of one seed. */
export interface GateSummary {
  /** The mean activation over units, sequences and steps. */
  readonly means: Readonly<Record<GateName, number>>;
  /** The standard deviation over time of the mean activation. */
  readonly deviations: Readonly<Record<GateName, number>>;
  /** The correlation over time of the norms of hidden and cell state, of the first sequence. */
  readonly correlation: number;
  /** The standard deviation over time of the norms of that sequence. */
  readonly stability: { readonly hidden: number; readonly cell: number };
}

/** The bias of a forget gate that is held shut: its sigmoid is below 1e-40. */
const SHUT = -100;

/**
 * Runs section 3 on the networks of all seeds side by side.
 *
 * @param forgetBias The bias of the forget gates; by default the notebook's, 1.
 */
export async function gateSummaries(
  context: Measuring,
  forgetBias?: "shut",
): Promise<GateSummary[]> {
  const network = new NotebookNetwork({
    ...{ key: "Custom_LSTM", random: sources(context, "section 3", "weights") },
    ...(forgetBias === "shut" ? { forgetBias: SHUT } : {}),
  });
  const { x } = sideBySide(
    sources(context, "section 3", "sequences").map((random) => {
      const x = gateSequence({ ...gateSequences, inputSize: sizes.inputSize }, random);
      // Nothing is asked for here.
      return { x, target: x };
    }),
  );
  const traced = tf.tidy(() => {
    const { shape, data } = network.inputs(x);
    return network.inner.trace(tf.tensor(data, [...shape]));
  });
  network.dispose();
  const [trace] = traced;
  try {
    const of = (name: string): Promise<Activations[]> => {
      const tensor: unknown = trace && Reflect.get(trace, name);
      if (!(tensor instanceof tf.Tensor)) throw new RangeError(`no ${name} was traced`);
      return nested(tensor);
    };
    const [forget, input, output, hidden, cell] = await Promise.all(
      ["forgetGate", "inputGate", "outputGate", "hidden", "cell"].map(of),
    );
    return context.seeds.map((_, r) =>
      summaryOf({
        gates: { forget: forget?.[r] ?? [], input: input?.[r] ?? [], output: output?.[r] ?? [] },
        hidden: hidden?.[r] ?? [],
        cell: cell?.[r] ?? [],
      })
    );
  } finally {
    tf.dispose(traced);
  }
}

/** What the notebook computes of gates and states. */
export function summaryOf({ gates, hidden, cell }: {
  readonly gates: Readonly<Record<GateName, Activations>>;
  readonly hidden: Activations;
  readonly cell: Activations;
}): GateSummary {
  const [hiddenNorms = []] = stateNorms(hidden);
  const [cellNorms = []] = stateNorms(cell);
  const each = (of: (gate: Activations) => number) => ({
    ...{ forget: of(gates.forget), input: of(gates.input), output: of(gates.output) },
  });
  return {
    means: each((gate) => mean(summaryByStep(gate).map((step) => step.mean))),
    deviations: each((gate) => temporalDeviation(gate).ofMean),
    correlation: correlation(hiddenNorms, cellNorms),
    stability: {
      hidden: seriesVariation(hiddenNorms).deviation,
      cell: seriesVariation(cellNorms).deviation,
    },
  };
}
