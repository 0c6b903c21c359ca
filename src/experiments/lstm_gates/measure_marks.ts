import { maskedMeans } from "../../analysis/activations.ts";
import type { GateName } from "./measure.ts";
import type { Traced } from "./networks.ts";

/** The kinds of steps that are told apart. */
export const stepKinds = ["marked", "unmarked"] as const;

/** A gate's mean over units and sequences by step; `null` where no sequence is of that kind. */
type ByMark = Readonly<Record<(typeof stepKinds)[number], readonly (number | null)[]>>;

/** What gates do at marked and at other steps of the adding problem. */
export type MarkMeasures = Readonly<Record<GateName, ByMark>>;

/**
 * Measures the gates of a network of one seed at marked and at other steps.
 *
 * @param marks Where the sequences are marked: [sequence, batch].
 */
export function measureMarks(
  { inputGate, forgetGate, outputGate }: Traced,
  marks: readonly (readonly boolean[])[],
): MarkMeasures {
  const others = marks.map((step) => step.map((marked) => !marked));
  const byMark = (gate: Traced["inputGate"]): ByMark => ({
    marked: maskedMeans(gate, marks),
    unmarked: maskedMeans(gate, others),
  });
  return { input: byMark(inputGate), forget: byMark(forgetGate), output: byMark(outputGate) };
}
