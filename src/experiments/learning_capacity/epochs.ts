import { median } from "../../analysis/statistics.ts";
import { architectures } from "../architectures.ts";
import type { Cell } from "../curves.ts";
import { type Group, taskNames } from "./groups.ts";
import { contenderName } from "../contenders.ts";
import type { Context } from "./parameters.ts";
import type { Outcome } from "./train.ts";

/** Records when the training loss first is below a mark: never where it never is. */
export function recordEpochs(context: Context, group: Group): void {
  const { solved, epochs } = context.parameters;
  const [first, share] = ["first-epoch", "share-solved"];
  const names = taskNames(group);
  const [task, network] = [{ name: "task", label: "task" }, { name: "network", label: "network" }];
  context.table({
    id: first,
    title: `First epoch with a training loss below ${solved}`,
    columns: [
      task,
      network,
      { name: "reached", label: "seeds that get there" },
      { name: "seeds", label: "of" },
      { name: "median", label: "median epoch over all seeds" },
      { name: "earliest", label: "earliest" },
      { name: "latest", label: "latest" },
    ],
    rows: group.outcomes.map((outcome): Cell[] => {
      const found = firstEpochs(outcome, solved);
      const reached = found.filter(Number.isFinite);
      const shown = (epoch: number): Cell => Number.isFinite(epoch) ? epoch : "never";
      return [
        outcome.task.name,
        contenderName(outcome.contender),
        reached.length,
        found.length,
        shown(medianOf(found)),
        shown(Math.min(...found)),
        shown(Math.max(...found)),
      ];
    }),
  });
  const same = group.outcomes.filter(({ contender }) =>
    contender.likeness !== "matched parameters"
  );
  context.table({
    id: share,
    title: `Share of seeds whose training loss has been below ${solved}`,
    columns: [
      task,
      network,
      { name: "epoch", label: "epoch" },
      { name: "share", label: "share of seeds" },
    ],
    rows: same.flatMap((outcome) => {
      const found = firstEpochs(outcome, solved);
      return outcome.xs.map((epoch): Cell[] => [
        outcome.task.name,
        contenderName(outcome.contender),
        epoch,
        found.filter((own) => own <= epoch).length / found.length,
      ]);
    }),
  });
  context.figure({
    id: share,
    kind: "chart",
    title: `Seeds below ${solved} by epoch`,
    caption: `Share of ${context.seeds.length} seeds whose training loss has been below ` +
      `${solved} in an epoch so far. A line that stays below 1 has seeds that never get there in ` +
      `${epochs} epochs.`,
    alt: `A chart for each task (${names.join("; ")}): the share of seeds that have got below ` +
      `${solved}, from 0 to 1, against the epoch, a line for each of ${architectures.join(", ")}.`,
    x: { label: "epoch", scale: "linear", domain: [0, epochs] },
    y: { label: "share of seeds", scale: "linear", domain: [0, 1] },
    series: architectures,
    seriesLabel: "network",
    facet: "task",
    layers: [
      { mark: "line", table: share, x: "epoch", y: "share", series: "network", role: "measured" },
    ],
  });
}

/** The first epoch of each seed whose mean loss is below the mark, infinite where none is. */
function firstEpochs({ xs, curves }: Outcome, solved: number): number[] {
  return curves.map((curve) => xs[curve.findIndex((loss) => loss < solved)] ?? Infinity);
}

/** The median where some may be infinite: with half of them beyond it, it is, too. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]].map((v) =>
    v ?? NaN
  );
  return middle.every(Number.isFinite) ? median(middle) : Infinity;
}
