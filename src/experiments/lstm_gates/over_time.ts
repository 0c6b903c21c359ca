import type { StepSummary } from "../../analysis/activations.ts";
import { mean } from "../../statistics/descriptive.ts";
import type { Column } from "../../result/result.ts";
import type { Cell } from "../../harness/curves.ts";
import { networkNames, stepsOf, time, timeColumn } from "./kinds.ts";
import { gateNames, type Measures } from "./measure.ts";
import type { Context } from "./parameters.ts";
import { sigmoid } from "./survival.ts";
import type { Training } from "./training.ts";

/** A panel of the figure: the spread of activations by step, for each seed. */
interface Panel {
  readonly name: string;
  readonly spreads: readonly (readonly StepSummary[])[];
  /** The activation without weights, by the bias before training. */
  readonly theory: number;
}

/** Records how the gates and the candidate of the notebook's sequences are spread at each step. */
export function recordOverTime(context: Context, training: Training): void {
  const { forgetBias } = context.parameters;
  const seeds = context.seeds.length;
  const panels = (
    activation: string,
    theory: number,
    of: (measures: Measures) => readonly StepSummary[],
  ) =>
    networkNames.map((network): Panel => ({
      name: `${activation}, ${network}`,
      spreads: training[network].map(({ patterns }) => of(patterns)),
      theory,
    }));
  const gates = gateNames.map((gate) => {
    const theory = sigmoid(gate === "forget" ? forgetBias : 0);
    return panels(gate, theory, ({ gates }) => gates[gate].spread);
  });
  const look = "Compare the mean with the dashed line, what the bias alone gives.";
  const caption = "on the notebook's sequences. " +
    "Wide band: from the least to the most active of " +
    "all units and sequences; narrow band: mean plus and minus one standard deviation; each a " +
    `mean over ${seeds} seeds.`;
  const bands = `a line of the mean against time from 1 to ${context.parameters.length} steps, ` +
    "in a narrow band within a wide one, and a dashed level.";
  recordSpreads(context, {
    id: "gate-statistics",
    title: "Gates over time",
    // Row by row: a network's gates beside each other.
    panels: networkNames.flatMap((_, network) => gates.flatMap((gate) => gate[network] ?? [])),
    caption: `${look} Activations of the three gates ${caption}`,
    alt:
      `Six charts, one for each of three gates of the untrained and the trained network: ${bands}`,
    label: "activation",
    domain: [0, 1],
  });
  recordSpreads(context, {
    id: "candidate-statistics",
    title: "The candidate over time",
    panels: panels("candidate", 0, ({ candidate }) => candidate),
    caption: `${look} Activations of the candidate ${caption}`,
    alt: `Two charts, of the untrained and the trained network: ${bands}`,
    label: "candidate",
    domain: [-1, 1],
  });
}

/** What {@link recordSpreads} records. */
interface Text {
  readonly id: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly caption: string;
  readonly alt: string;
  readonly label: string;
  readonly domain: readonly [number, number];
}

function recordSpreads(context: Context, { id, panels, label, domain, ...text }: Text): void {
  const column = (name: string, label: string): Column => ({ name, label });
  context.table({
    id,
    title: `${text.title}: spread over units and sequences, as means over seeds`,
    columns: [
      column("panel", "activation and network"),
      timeColumn,
      column("mean", "mean"),
      column("deviation", "standard deviation"),
      column("below", "mean less the standard deviation"),
      column("above", "mean plus the standard deviation"),
      column("least", "smallest"),
      column("most", "largest"),
      column("theory", "by the bias before training"),
    ],
    rows: panels.flatMap(({ name, spreads, theory }) =>
      stepsOf(context).map((t, i): Cell[] => {
        const over = (of: (spread: StepSummary) => number) =>
          mean(spreads.flatMap((steps) => steps.slice(i, i + 1).map(of)));
        const middle = over((spread) => spread.mean);
        const deviation = over((spread) => spread.deviation);
        return [
          ...[name, t, middle, deviation, middle - deviation, middle + deviation],
          ...[over((spread) => spread.low), over((spread) => spread.high), theory],
        ];
      })
    ),
  });
  context.figure({
    id,
    kind: "chart",
    ...text,
    x: time,
    y: { label, scale: "linear", domain },
    facet: "panel",
    layers: [
      { mark: "band", table: id, x: "time", low: "least", high: "most" },
      { mark: "band", table: id, x: "time", low: "below", high: "above" },
      { mark: "line", table: id, x: "time", y: "theory", role: "theory", label: "bias alone" },
      { mark: "line", table: id, x: "time", y: "mean", role: "measured" },
    ],
  });
}
