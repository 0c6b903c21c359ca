import type { Cell } from "../curves.ts";
import { networkNames, stepsOf, time, timeColumn } from "./kinds.ts";
import type { Context } from "./parameters.ts";
import { stateNames } from "./states.ts";
import type { Training } from "./training.ts";

/** The most units that are drawn: more could not be told apart, and would swell the result. */
const UNITS = 40;
/** The magnitude of full colour, the notebook's. */
const FULL = 2;

/** Records each unit of both states over time: one sequence with the first seed. */
export function recordHeatMaps(context: Context, training: Training): void {
  const { hiddenSize } = context.parameters;
  const table = "state-heat-maps";
  const units = Math.min(hiddenSize, UNITS);
  context.table({
    id: table,
    title: "Units of cell and hidden state over time, one sequence",
    columns: [
      { name: "panel", label: "state and network" },
      timeColumn,
      { name: "unit", label: "unit" },
      { name: "value", label: "state" },
    ],
    rows: networkNames.flatMap((network) =>
      stateNames.flatMap((state) =>
        stepsOf(context).flatMap((t, i) =>
          (training.states[network][state][i] ?? []).slice(0, units).map((value, unit): Cell[] => [
            `${state}, ${network}`,
            t,
            unit + 1,
            value,
          ])
        )
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Unit by unit",
    caption:
      `${units < hiddenSize ? `The first ${units} of ${hiddenSize} units` : "Each unit"} of ` +
      "the hidden and the cell state on the first of the notebook's sequences, seed " +
      `${context.seeds[0] ?? ""}. Colours are full at ${FULL} and beyond.`,
    alt:
      `Four heat maps of ${units} units over ${context.parameters.length} steps: the hidden and ` +
      "the cell state, before and after training.",
    x: time,
    y: { label: "unit", scale: "linear" },
    colour: { label: "state", limit: FULL },
    facet: "panel",
    layers: [{ mark: "cell", table, x: "time", y: "unit", value: "value" }],
  });
}
