import { geometricMean } from "../../analysis/statistics.ts";
import { architectures } from "../architectures.ts";
import { type Likeness, likenesses } from "../contenders.ts";
import type { Cell } from "../curves.ts";
import { intervalLayer } from "../intervals.ts";
import { type Group, taskNames } from "./groups.ts";
import { beats, outcomeOf, pairName, pairs } from "./pairs.ts";
import type { Context } from "./parameters.ts";

const task = { name: "task", label: "task" };
const likeness = { name: "likeness", label: "with" };

/** The columns of an estimate of a probability to win. */
const winColumns = [
  { name: "value", label: "share of seeds won" },
  { name: "low", label: "lower end of the 95 % interval" },
  { name: "high", label: "upper end of the 95 % interval" },
];

/** Records who beats whom on each task of a group. */
export function recordPairs(context: Context, group: Group): void {
  const table = `beats-${group.id}`;
  const names = taskNames(group);
  context.table({
    id: table,
    title: `Probability that one network beats another ${group.title}`,
    columns: [task, likeness, { name: "pair", label: "pair" }, ...winColumns],
    rows: names.flatMap((name) =>
      likenesses.flatMap((like) =>
        pairs.map((pair): Cell[] => {
          const { value, low, high } = beats(group.outcomes, name, pair, like);
          return [name, like, pairName(pair), value, low, high];
        })
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: `Who beats whom ${group.title}`,
    caption:
      "Probability that a network of the first kind has the lower test loss, trained on the " +
      `same sequences as one of the second: share of ${context.seeds.length} seeds, with its 95 % ` +
      "interval." + (group.setting === "learning"
        ? " Networks that are no better than without memory tie, and a tie is won by neither."
        : ""),
    alt: `A chart for each task (${names.join("; ")}): for each pair of architectures the ` +
      "probability from 0 to 1 that the first beats the second, with the same hidden size and " +
      "with matched parameters, intervals, and a rule at a half.",
    x: { label: "probability of the lower test loss", scale: "linear", domain: [0, 1] },
    y: { label: "pair", scale: "category", categories: pairs.map(pairName) },
    series: likenesses,
    seriesLabel: "with",
    facet: "task",
    layers: [
      { mark: "rule", axis: "x", value: 0.5, label: "half" },
      intervalLayer(table, "pair", "likeness"),
    ],
  });
}

/** Records the ranking on each task of a group: by test loss, and how surely each beats the next. */
export function recordRanking(context: Context, group: Group): void {
  context.table({
    id: `ranking-${group.id}`,
    title: `Ranking by test loss ${group.title}`,
    columns: [
      task,
      likeness,
      { name: "place", label: "place" },
      { name: "network", label: "network" },
      { name: "loss", ...group.loss },
      { ...winColumns[0], name: "value", label: "share of seeds in which it beats the next" },
      ...winColumns.slice(1),
    ],
    rows: taskNames(group).flatMap((name) =>
      likenesses.flatMap((like) => rankingRows(group, name, like))
    ),
  });
}

/** The architectures on a task, the lowest test loss first. */
function rankingRows(group: Group, name: string, like: Likeness): Cell[][] {
  const ranked = architectures.map((architecture) => {
    const { tests } = outcomeOf(group.outcomes, name, architecture, like);
    return { architecture, loss: geometricMean(tests) };
  }).toSorted((a, b) => a.loss - b.loss);
  return ranked.map(({ architecture, loss }, i) => {
    const next = ranked[i + 1];
    const wins = next && beats(group.outcomes, name, [architecture, next.architecture], like);
    const cells = [wins?.value ?? null, wins?.low ?? null, wins?.high ?? null];
    return [name, like, i + 1, architecture, loss, ...cells];
  });
}
