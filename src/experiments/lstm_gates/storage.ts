import { type Cell, curveColumns } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { networkNames, SEPARATE } from "./kinds.ts";
import { readouts } from "./measure_storage.ts";
import type { Context } from "./parameters.ts";
import type { Training, Trainings } from "./training.ts";

/** Records what networks hold of the running sum, and which units do. */
export function recordStorage(context: Context, { joint, separate }: Trainings): void {
  const table = "storage";
  context.table({
    id: table,
    title: "Share of the running sum that a linear readout explains beyond the number of marks",
    columns: [
      { name: "readout", label: "read from" },
      { name: "network", label: "network" },
      ...curveColumns({ label: "explained share" }),
    ],
    rows: readouts.flatMap(([key, name]) =>
      networkNames.map((network): Cell[] => [
        name,
        network,
        ...intervalCells(joint[network].map(({ storage }) => storage[key])),
      ])
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "What the state shows of the running sum",
    caption:
      "At 1 a linear readout predicts the sum of the numbers that were marked so far, at 0 no " +
      "more than how many there were. Share of its variance on new sequences that a least-squares " +
      "readout explains beyond the number of marks; units are sorted by the mean of their forget " +
      `gate. Mean over ${context.seeds.length} seeds; lines: 95 % intervals over seeds.`,
    alt:
      "The explained share for four readouts, of the untrained and of the trained network, with " +
      "intervals.",
    x: { label: "explained share", scale: "linear" },
    y: { label: "read from", scale: "category", categories: readouts.map(([, name]) => name) },
    series: networkNames,
    seriesLabel: "network",
    layers: [intervalLayer(table, "readout", "network")],
  });
  for (const network of networkNames) {
    context.metric({
      id: `stored-${network}`,
      label: `explained share of the running sum, all cells, ${network}`,
      values: joint[network].map(({ storage }) => storage.cell),
    });
  }
  if (context.parameters.hiddenSize === 1) {
    context.unmeasured("long-units-store-sum", "One unit has no quarters.");
    return;
  }
  context.claim("long-units-store-sum", {
    values: advantages(joint),
    parts: {
      "most open": joint.trained.map(({ storage }) => storage.open),
      "least open": joint.trained.map(({ storage }) => storage.closed),
    },
    alternatives: [{ name: SEPARATE, values: advantages(separate) }],
  });
}

/** By how much more the most open units show than the least open ones, by seed. */
function advantages({ trained }: Training): number[] {
  return trained.map(({ storage: { open, closed } }) => open - closed);
}
