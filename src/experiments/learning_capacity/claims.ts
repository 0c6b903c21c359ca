import { estimate } from "../../analysis/estimate.ts";
import { geometricMean } from "../../analysis/statistics.ts";
import { findLag } from "./found_lag.ts";
import { isAlike, type Likeness, likenesses } from "../contenders.ts";
import { copyTasks } from "./lags.ts";
import { beats, type Pair, pairName } from "./pairs.ts";
import type { Context } from "./parameters.ts";
import type { Outcome } from "./train.ts";

const overRNN: readonly Pair[] = [["LSTM", "RNN"], ["GRU", "RNN"]];
const aHalf = { relation: "above", value: 0.5 } as const;

/** What ids of claims and their sentences say of a likeness. */
const texts: Readonly<Record<Likeness, { readonly id: string; readonly words: string }>> = {
  "same hidden size": { id: "", words: "with the same hidden size" },
  "matched parameters": { id: "-matched", words: "with as many parameters" },
};

/** Records the claims: the tutorial's on its own setting, and those on memory. */
export function recordClaims(
  context: Context,
  memorised: readonly Outcome[],
  learned: readonly Outcome[],
): void {
  recordCopyMemory(context, learned);
  recordAdding(context, learned);
  recordMemorising(context, memorised);
  recordOverfitting(context, memorised);
}

function recordCopyMemory(context: Context, outcomes: readonly Outcome[]): void {
  const tasks = copyTasks(context, outcomes);
  const longest = outcomes.find(({ task }) => task.name === tasks.at(-1))?.lag;
  for (const likeness of likenesses) {
    for (const pair of overRNN) {
      const [first] = pair;
      const { id, words } = texts[likeness];
      const random = context.random("bootstrap", "copy-memory", likeness, pairName(pair));
      const found = findLag(outcomes, tasks, pair, likeness, random);
      const where = found.lag === null
        ? `at the longest lag, ${longest} steps`
        : `at every lag from ${found.lag} steps on`;
      context.claim({
        id: `copy-memory-${first.toLowerCase()}${id}`,
        statement: `On copy memory the ${first} beats the RNN ${where}, ${words}.`,
        source: "Arjovsky et al. (2016)",
        measure: found.lag === null
          ? "probability of the lower test loss at the longest lag; there is none from which on " +
            "its interval lies above a half"
          : "probability of the lower test loss, at the lag from there on where it is least sure",
        estimate: found.estimate,
        threshold: aHalf,
      });
    }
  }
}

function recordAdding(context: Context, outcomes: readonly Outcome[]): void {
  const task = "adding problem";
  for (const likeness of likenesses) {
    for (const pair of overRNN) {
      const [first] = pair;
      const { id, words } = texts[likeness];
      context.claim({
        id: `adding-${first.toLowerCase()}${id}`,
        statement: `On the adding problem of ${context.parameters.addingSteps} steps the ` +
          `${first} beats the RNN, ${words}.`,
        source: "Hochreiter & Schmidhuber (1997)",
        measure: "probability of the lower test loss",
        estimate: beats(
          outcomes,
          task,
          pair,
          likeness,
          context.random("bootstrap", task, likeness, pairName(pair)),
        ),
        threshold: aHalf,
      });
    }
  }
}

function recordMemorising(context: Context, outcomes: readonly Outcome[]): void {
  const { trainSequences, epochs } = context.parameters;
  for (const task of new Set(outcomes.map((outcome) => outcome.task.name))) {
    const random = context.random("bootstrap", "memorising", task);
    context.claim({
      id: `memorising-${task.replaceAll(" ", "-")}`,
      statement: `After ${epochs} epochs on ${trainSequences} sequences of ${task} the LSTM ` +
        "beats the RNN of the same hidden size.",
      source: "the notebook's summary (“Demonstrated LSTM superiority”)",
      measure: "probability of the lower test loss",
      estimate: beats(outcomes, task, ["LSTM", "RNN"], "same hidden size", random),
      threshold: aHalf,
    });
  }
}

function recordOverfitting(context: Context, outcomes: readonly Outcome[]): void {
  const { trainSequences, epochs } = context.parameters;
  // Of each seed, over all tasks and networks of the same hidden size.
  const same = outcomes.filter(({ contender }) => isAlike(contender, "same hidden size"));
  const ratios = context.seeds.map((_, seed) =>
    geometricMean(same.map(({ curves, tests }) => {
      return (tests[seed] ?? NaN) / (curves[seed]?.at(-1) ?? NaN);
    }))
  );
  context.claim({
    id: "overfitting",
    statement: `After ${epochs} epochs ${trainSequences} sequences are known better than the ` +
      "task: sequences that were not trained on have the higher loss.",
    source: "this report",
    measure: "test loss over the training loss of the last epoch, geometric mean over tasks and " +
      "networks",
    estimate: estimate(ratios, {
      statistic: "geometric-mean",
      random: context.random("bootstrap", "overfitting"),
    }),
    threshold: { relation: "above", value: 1 },
  });
}
