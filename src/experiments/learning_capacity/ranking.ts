import { geometricMean } from "../../analysis/statistics.ts";
import { architectures } from "../architectures.ts";
import { type Cell, curveColumns } from "../curves.ts";
import { type Group, taskNames } from "./groups.ts";
import { type Likeness, likenesses } from "../contenders.ts";
import { beats, outcomeOf, pairName, pairs } from "./pairs.ts";
import type { Context } from "./parameters.ts";

const task = { name: "task", label: "task" };
const likeness = { name: "likeness", label: "with" };

/** Records who beats whom on each task of a group. */
export function recordPairs(context: Context, group: Group): void {
  const table = `beats-${group.id}`;
  const names = taskNames(group);
  const random = (...path: string[]) => context.random("bootstrap", table, ...path);
  context.table({
    id: table,
    title: `Probability that one network beats another ${group.title}`,
    columns: [
      task,
      likeness,
      { name: "pair", label: "pair" },
      ...curveColumns({ label: "probability of the lower test loss" }),
    ],
    rows: names.flatMap((name) =>
      likenesses.flatMap((like) =>
        pairs.map((pair): Cell[] => {
          const found = beats(group.outcomes, name, pair, like, random(name, like, pairName(pair)));
          return [name, like, pairName(pair), found.value, found.low, found.high];
        })
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: `Who beats whom ${group.title}`,
    caption: "Probability that a network of the first kind has a lower test loss than one of the " +
      `second, over all pairs of ${context.seeds.length} seeds each, with its 95 % interval. At a ` +
      "half neither is better.",
    alt: `A chart for each task (${names.join("; ")}): for each pair of architectures the ` +
      "probability from 0 to 1 that the first beats the second, with the same hidden size and " +
      "with matched parameters, intervals, and a rule at a half.",
    x: { label: "probability of the lower test loss", scale: "linear", domain: [0, 1] },
    y: { label: "pair", scale: "category", categories: pairs.map(pairName) },
    series: likenesses,
    seriesLabel: "with",
    facet: "task",
    layers: [
      { mark: "rule", axis: "x", value: 0.5, label: "neither" },
      {
        ...{ mark: "interval", table, x: "value", low: "low", high: "high" },
        ...{ y: "pair", series: "likeness" },
      },
    ],
  });
}

/** Records the ranking on each task of a group. */
export function recordRanking(context: Context, group: Group): void {
  context.table({
    id: `ranking-${group.id}`,
    title: `Ranking by test loss ${group.title}`,
    columns: [
      task,
      likeness,
      ...["first", "second", "third"].map((place) => ({ name: place, label: place })),
      { name: "first-second", label: "probability that the first beats the second" },
      { name: "second-third", label: "probability that the second beats the third" },
    ],
    rows: taskNames(group).flatMap((name) =>
      likenesses.map((like) => rankingRow(context, group, name, like))
    ),
  });
}

/** The architectures on a task, the lowest test loss first, and how surely each beats the next. */
function rankingRow(context: Context, group: Group, task: string, likeness: Likeness): Cell[] {
  const loss = (architecture: (typeof architectures)[number]) =>
    geometricMean(outcomeOf(group.outcomes, task, architecture, likeness).tests);
  const [first = "RNN", second = "LSTM", third = "GRU"] = architectures.toSorted((a, b) =>
    loss(a) - loss(b)
  );
  const random = context.random("bootstrap", `ranking-${group.id}`, task, likeness);
  const surely = (a: typeof first, b: typeof first) =>
    beats(group.outcomes, task, [a, b], likeness, random.fork(`${a} ${b}`)).value;
  return [task, likeness, first, second, third, surely(first, second), surely(second, third)];
}
