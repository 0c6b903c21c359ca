import type { Cell } from "../../harness/curves.ts";
import { networkNames, stepsOf, time, timeColumn } from "./kinds.ts";
import type { Context } from "./parameters.ts";
import { stateNames } from "./states.ts";
import type { Training } from "./training.ts";

/** The most units that are drawn: more could not be told apart, and would swell the result. */
const UNITS = 40;

/** The magnitude at which colours are full, in both figures: that of the notebook's heat maps. */
const FULL = 2;

/** Records each unit of both states over time: one sequence with the first seed. */
export function recordHeatMaps(context: Context, training: Training): void {
  for (const state of stateNames) recordHeatMap(context, training, state);
}

function recordHeatMap(
  context: Context,
  { states }: Training,
  state: (typeof stateNames)[number],
): void {
  const { hiddenSize, length } = context.parameters;
  const table = `${state}-heat-map`;
  const units = Math.min(hiddenSize, UNITS);
  context.table({
    id: table,
    title: `Units of the ${state} state over time, one sequence`,
    columns: [
      { name: "network", label: "network" },
      timeColumn,
      { name: "unit", label: "unit" },
      { name: "value", label: `${state} state` },
    ],
    rows: networkNames.flatMap((network) =>
      stepsOf(context).flatMap((t, i) =>
        (states[network][state][i] ?? []).slice(0, units)
          .map((value, unit): Cell[] => [network, t, unit + 1, value])
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: `The ${state} state unit by unit`,
    caption: "A long bar of one colour is a unit that keeps its value. " +
      `${units < hiddenSize ? `The first ${units} of ${hiddenSize} units` : "Each unit"} of ` +
      `the ${state} state on the first of the notebook's sequences, seed ` +
      `${
        context.seeds[0] ?? ""
      }. Colours are full at ±${FULL}, as in the notebook; cells with a short line are below 0.`,
    alt: `Two heat maps of ${units} units over ${length} steps: the ${state} state before and ` +
      "after training.",
    x: time,
    y: { label: "unit", scale: "linear" },
    colour: { label: `${state} state`, limit: FULL },
    facet: "network",
    layers: [{ mark: "cell", table, x: "time", y: "unit", value: "value" }],
  });
}
