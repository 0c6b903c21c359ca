import { meanBySeed, ratioBySeed } from "../ratios.ts";
import type { ClaimInput } from "../../harness/seed_values.ts";
import {
  cellName,
  type Outcome,
  outcomeOf,
  type Pair,
  pairs,
  ratiosOf,
  taskNames,
} from "./memory_tasks.ts";
import { memoryNetworks } from "./jobs.ts";
import type { Context } from "./parameters.ts";

/**
 * Records the claims about which network learns more: on the adding problem, on copy memory, and on
 * both.
 */
export function recordMemoryClaims(context: Context, outcomes: readonly Outcome[]): void {
  const { shortLag, longLag, learningRate } = context.parameters;
  const [adding = ""] = taskNames(outcomes);
  const atLag = (lag: number): string => {
    return outcomes.find((one) => one.lag === lag)?.task.name ?? "";
  };
  const [short, long] = [atLag(shortLag), atLag(longLag)];
  const names = {
    reference: `every network at a learning rate of ${learningRate} from PyTorch's weights`,
    capped: "a loss above the memoryless baseline counts as the baseline",
  };
  const measured = (task: string, pair: Pair, sameSize?: Pair): ClaimInput => ({
    ...ratiosOf(outcomes, task, pair, "best of the grid"),
    alternatives: [
      { name: names.reference, values: ratiosOf(outcomes, task, pair, "reference").values },
      {
        name: names.capped,
        values: ratiosOf(outcomes, task, pair, "best of the grid", true).values,
      },
      ...(sameSize === undefined ? [] : [{
        name: "an RNN of the same hidden size",
        values: ratiosOf(outcomes, task, sameSize, "best of the grid").values,
      }]),
    ],
  });
  const { lstm, lstmMatched, gru, gruMatched, gruLstm } = pairs;
  context.claim("adding-lstm-loss-matched", measured(adding, lstmMatched, lstm));
  context.claim("adding-gru-loss-matched", measured(adding, gruMatched, gru));
  context.claim("adding-gru-lstm-loss", measured(adding, gruLstm));
  context.claim("copy-memory-lstm-short-lag", measured(short, lstmMatched));
  context.claim("copy-memory-lstm-long-lag", measured(long, lstmMatched));
  context.claim("copy-memory-gru-short-lag", measured(short, gruMatched));
  context.claim("copy-memory-gru-long-lag", measured(long, gruMatched));
  recordTrend(context, outcomes, { short, long });
  recordAhead(context, outcomes, adding);
  recordSummaries(context, outcomes, [adding, short, long]);
  recordLearned(context, outcomes, adding);
  recordLosses(context, outcomes, { adding, "copy-short": short, "copy-long": long });
  recordReference(context, outcomes, adding, short);
}

/**
 * Records how the ratio of LSTM and RNN on copy memory changes from the shorter lag to the longer
 * one.
 */
function recordTrend(
  context: Context,
  outcomes: readonly Outcome[],
  { short, long }: Readonly<Record<"short" | "long", string>>,
): void {
  for (const [end, setting] of [["", "best of the grid"], ["-reference", "reference"]] as const) {
    const at = (task: string) => ratiosOf(outcomes, task, pairs.lstmMatched, setting).values;
    context.metric({
      id: `copy-trend${end}`,
      label:
        `${pairs.lstmMatched.name}: ratio of test losses, ${long}, over that, ${short}, ${setting}`,
      statistic: "geometric-mean",
      values: ratioBySeed(at(long), at(short)),
    });
  }
}

/** Records in which seeds the GRU learns the adding problem better than the LSTM. */
function recordAhead(context: Context, outcomes: readonly Outcome[], adding: string): void {
  const { values } = ratiosOf(outcomes, adding, pairs.gruLstm, "best of the grid");
  context.metric({
    id: "adding-gru-ahead",
    label: "share of seeds whose GRU has a lower test loss than the LSTM on the adding problem",
    statistic: "share",
    values: values.map((ratio) => ratio < 1 ? 1 : 0),
  });
}

/**
 * Records ratios of test losses in the reference setting, for the pairs and tasks whose ratios
 * differ most from those of the grid.
 */
function recordReference(
  context: Context,
  outcomes: readonly Outcome[],
  adding: string,
  short: string,
): void {
  const { lstmMatched } = pairs;
  const larger: Pair = { name: "RNN, matched / RNN", first: "RNN, matched", second: "RNN" };
  const all: readonly (readonly [id: string, task: string, pair: Pair])[] = [
    ["reference-adding-lstm", adding, lstmMatched],
    ["reference-copy-lstm", short, lstmMatched],
    ["larger-rnn", short, larger],
  ];
  for (const [id, task, pair] of all) {
    context.metric({
      id,
      label: `${pair.name}: ratio of test losses, ${task}, reference setting`,
      statistic: "geometric-mean",
      values: ratiosOf(outcomes, task, pair, "reference").values,
    });
  }
}

/** A network has learned the adding problem if its loss is below this share of the baseline. */
const LEARNED = 0.5;

/** Returns the name of a network in the ids of metrics: `"rnn-matched"`. */
function idOf(network: string): string {
  return network.toLowerCase().replaceAll(/[^a-z]+/g, "-");
}

/**
 * Records how many networks learn the adding problem. A mean of losses over seeds would hide this.
 */
function recordLearned(context: Context, outcomes: readonly Outcome[], adding: string): void {
  const bound = "a loss below half of the memoryless baseline on the adding problem";
  for (const name of memoryNetworks) {
    const { found, grid, task: { memoryless } } = outcomeOf(outcomes, adding, name);
    const learned = (losses: readonly number[]): number[] => {
      return losses.map((loss) => loss < LEARNED * memoryless.value ? 1 : 0);
    };
    for (const [end, setting] of [["", "best of the grid"], ["-reference", "reference"]] as const) {
      context.metric({
        id: `adding-learned-${idOf(name)}${end}`,
        label: `share of seeds whose ${name} has ${bound}, ${setting}`,
        statistic: "share",
        values: learned(found[setting].tests),
      });
    }
    const all = grid.flatMap(({ cell, losses }) => {
      return losses.map((loss, i) => ({ label: `${cellName(cell)}, ${i + 1}`, loss }));
    });
    context.metric({
      id: `adding-learned-${idOf(name)}-grid`,
      label: `share of the ${name}'s validation networks, of all cells of its grid, with ${bound}`,
      statistic: "share",
      values: learned(all.map(({ loss }) => loss)),
      labels: all.map(({ label }) => label),
    });
  }
}

/**
 * Records test losses relative to the memoryless baseline. A ratio of two small losses would hide
 * that both are small.
 */
function recordLosses(
  context: Context,
  outcomes: readonly Outcome[],
  tasks: Readonly<Record<string, string>>,
): void {
  for (const [start, name] of Object.entries(tasks)) {
    for (const network of memoryNetworks) {
      const { found, task: { memoryless } } = outcomeOf(outcomes, name, network);
      context.metric({
        id: `${start}-loss-${idOf(network)}`,
        label:
          `test loss of the ${network} over the memoryless baseline, ${name}, best of the grid`,
        statistic: "geometric-mean",
        values: found["best of the grid"].tests.map((loss) => loss / memoryless.value),
      });
    }
  }
}

/** Records the geometric mean over tasks of the ratio of losses, by seed. */
function recordSummaries(
  context: Context,
  outcomes: readonly Outcome[],
  tasks: readonly string[],
): void {
  const { lstmMatched, gruMatched } = pairs;
  for (const [id, pair] of Object.entries({ lstm: lstmMatched, gru: gruMatched })) {
    context.metric({
      id: `over-tasks-${id}`,
      label: `${pair.name}: ratio of test losses, geometric mean over ${tasks.join("; ")}`,
      statistic: "geometric-mean",
      values: meanBySeed(
        tasks.map((task) => ratiosOf(outcomes, task, pair, "best of the grid").values),
      ),
    });
  }
}
