import { type Likeness, likenesses } from "../contenders.ts";
import { findLags, simultaneous } from "./found_lags.ts";
import { copyTasks } from "./lags.ts";
import { beats, type Pair } from "./pairs.ts";
import type { Context } from "./parameters.ts";
import type { Outcome } from "./train.ts";

const overRNN: readonly Pair[] = [["LSTM", "RNN"], ["GRU", "RNN"]];
const aHalf = { relation: "above", value: 0.5 } as const;

/** What ids of claims and their sentences say of a likeness. */
const texts: Readonly<Record<Likeness, { readonly id: string; readonly words: string }>> = {
  "same hidden size": { id: "", words: "with the same hidden size" },
  "matched parameters": { id: "-matched", words: "with as many parameters" },
};

/** Records who beats the RNN: on copy memory, on the adding problem, and in the tutorial's setting. */
export function recordClaims(
  context: Context,
  memorised: readonly Outcome[],
  learned: readonly Outcome[],
): void {
  for (const likeness of likenesses) {
    for (const pair of overRNN) {
      recordCopyMemory(context, learned, pair, likeness);
      recordAdding(context, learned, pair, likeness);
    }
  }
  recordMemorising(context, memorised);
}

/** How networks are trained on fresh sequences, to begin a sentence. */
function training({ parameters: { trainingSteps, learningRate } }: Context): string {
  return `After ${trainingSteps} training steps of size ${learningRate}`;
}

function recordCopyMemory(
  context: Context,
  outcomes: readonly Outcome[],
  pair: Pair,
  likeness: Likeness,
): void {
  const [first] = pair;
  const { id, words } = texts[likeness];
  const tasks = copyTasks(context, outcomes);
  const longest = tasks.at(-1) ?? "";
  const found = findLags(outcomes, tasks, pair, likeness);
  const where = found === null
    ? `at the longest lag, ${outcomes.find(({ task }) => task.name === longest)?.lag} steps`
    : found.from === found.to
    ? `at a lag of ${found.from} ${found.from === 1 ? "step" : "steps"}`
    : `at every lag tested from ${found.from} to ${found.to} steps`;
  context.claim({
    id: `copy-memory-${first.toLowerCase()}${id}`,
    statement: `${training(context)} on copy memory the ${first} beats the RNN ${where}, ${words}.`,
    source: "Arjovsky et al. (2016)",
    measure: found === null
      ? "share of seeds in which it has the lower test loss, at the longest lag, since there is no " +
        "lag at which its interval lies above a half; the interval holds for all lags at once"
      : "share of seeds in which it has the lower test loss, the lowest over these lags, which are " +
        "those found; the interval holds for all lags at once",
    estimate: found?.estimate ??
      beats(outcomes, longest, pair, likeness, simultaneous(tasks.length)),
    threshold: aHalf,
  });
}

function recordAdding(
  context: Context,
  outcomes: readonly Outcome[],
  pair: Pair,
  likeness: Likeness,
): void {
  const [first] = pair;
  const { id, words } = texts[likeness];
  context.claim({
    id: `adding-${first.toLowerCase()}${id}`,
    statement: `${training(context)} on the adding problem of ${context.parameters.addingSteps} ` +
      `steps the ${first} beats the RNN, ${words}.`,
    source: "Hochreiter & Schmidhuber (1997)",
    measure: "share of seeds in which it has the lower test loss",
    estimate: beats(outcomes, "adding problem", pair, likeness),
    threshold: aHalf,
  });
}

function recordMemorising(context: Context, outcomes: readonly Outcome[]): void {
  const { trainSequences, epochs } = context.parameters;
  for (const task of new Set(outcomes.map((outcome) => outcome.task.name))) {
    context.claim({
      id: `memorising-${task.replaceAll(" ", "-")}`,
      statement: `After ${epochs} epochs on ${trainSequences} sequences of ${task} the LSTM ` +
        "beats the RNN of the same hidden size.",
      source: "the notebook's summary (“Demonstrated LSTM superiority”)",
      measure: "share of seeds in which it has the lower test loss",
      estimate: beats(outcomes, task, ["LSTM", "RNN"], "same hidden size"),
      threshold: aHalf,
    });
  }
}
