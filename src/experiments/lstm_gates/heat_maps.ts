import type { Cell } from "../curves.ts";
import { networkNames, stepsOf, time, timeColumn } from "./kinds.ts";
import type { Context } from "./parameters.ts";
import { stateNames } from "./states.ts";
import type { Training } from "./training.ts";

/** The most units that are drawn: more could not be told apart, and would swell the result. */
const UNITS = 40;

/** Where the colours of a state are full, if not at the largest magnitude drawn, and its caption. */
const full = {
  hidden: { limit: { limit: 1 }, text: "1, the bound of the hidden state" },
  cell: { limit: {}, text: "the largest magnitude of both charts" },
} as const;

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
    caption:
      `${units < hiddenSize ? `The first ${units} of ${hiddenSize} units` : "Each unit"} of ` +
      `the ${state} state on the first of the notebook's sequences, seed ` +
      `${context.seeds[0] ?? ""}. Colours are full at ${full[state].text}.`,
    alt: `Two heat maps of ${units} units over ${length} steps: the ${state} state before and ` +
      "after training.",
    x: time,
    y: { label: "unit", scale: "linear" },
    colour: { label: `${state} state`, ...full[state].limit },
    facet: "network",
    layers: [{ mark: "cell", table, x: "time", y: "unit", value: "value" }],
  });
}
