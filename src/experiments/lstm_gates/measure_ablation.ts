import type { NDArray } from "../../core/nd_array.ts";
import type { Sample } from "../../data/sequence_task.ts";
import { evaluate } from "../../training/evaluate.ts";
import { MSELoss } from "../../training/engine/losses.ts";
import { cellGradients } from "./cell_gradients.ts";
import { withFixedGate } from "./fixed_gates.ts";
import type { GateName } from "./measure.ts";
import { type Network, traceAll, type Traced } from "./networks.ts";

/** What is fixed in a trained network, with what tables call it. */
export const ablations = [
  ["none", "none: as trained"],
  ["input", "input gates at their means"],
  ["forget", "forget gates at their means"],
  ["bias", "forget gates at the sigmoid of their bias"],
  ["output", "output gates at their means"],
] as const;

/** One of the things that are fixed. */
export type Ablation = (typeof ablations)[number][0];

/** What fixing gates does to trained networks. */
export interface AblationMeasures {
  /** The loss on sequences that training has not seen, by seed. */
  readonly losses: Readonly<Record<Ablation, readonly number[]>>;
  /** The gradient by cell states with forget gates fixed in either way, by seed and lag. */
  readonly gradients: Readonly<Record<"forget" | "bias", readonly (readonly number[])[]>>;
  /** How many activations of fixed gates were compared with their values. */
  readonly cases: number;
  /** The largest distance of one from its value. */
  readonly worst: number;
}

/** Each unit's mean activation of each gate, by seed: [seed][unit]. */
export type UnitMeans = Readonly<Record<GateName, readonly (readonly number[])[]>>;

/** The key of a gate in a trace. */
const traceKeys = {
  input: "inputGate",
  forget: "forgetGate",
  output: "outputGate",
} as const satisfies Record<GateName, keyof Traced>;

/** Each unit's mean of each gate over steps and sequences. */
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
 * Fixes gates of trained networks, one kind at a time, and measures what becomes of the loss. The
 * networks have their weights again afterwards.
 *
 * @param network Networks side by side.
 * @param means What gates are fixed at.
 * @param bias What all forget gates are fixed at in one case: the sigmoid of their bias.
 * @param heldOut Sequences that training has not seen.
 * @param few Sequences whose gradients are taken.
 * @param patterns Sequences by which fixed gates are checked.
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

/** How far a fixed gate's activations are from its values. */
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
