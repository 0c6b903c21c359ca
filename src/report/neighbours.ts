import { type Binding, namesNo, splitTarget } from "./binding.ts";
import { inlineValue, notInReport } from "./inline_bindings.ts";
import type { Safe } from "./html.ts";
import type { Around } from "./rendering.ts";
import type { View } from "./view.ts";

/** The experiments that a page can name besides its own. */
export interface Neighbours {
  /** The views of all experiments of the report, as their own pages show them. */
  readonly views: readonly View[];
  /** The ids of experiments that are not in the report and may be named. */
  readonly absent: readonly string[];
}

/**
 * What a binding stands for whose target begins with an experiment: `{{claim:lstm-gates/bias}}`.
 *
 * @param neighbours The experiments that it can name.
 * @param binding The binding.
 * @param around What it stands in.
 * @returns The value; where the experiment is not in the report, words that say so.
 * @throws {UnboundError} If it names nothing.
 */
export function neighbourValue(neighbours: Neighbours, binding: Binding, around: Around): Safe {
  const { experiment, inner } = splitTarget(binding);
  const view = neighbours.views.find(({ result }) => result.experiment.id === experiment);
  if (view) return inlineValue(view, inner, around, false);
  if (neighbours.absent.includes(experiment)) return notInReport();
  const ids = neighbours.views.map(({ result }) => result.experiment.id);
  throw namesNo(binding, "experiment", [...ids, ...neighbours.absent]);
}
