import type { ClaimInput } from "../seed_values.ts";
import { type Outcome, taskNames } from "./memory_tasks.ts";
import { meanBySeed, type Pair, pairs, ratioBySeed, ratiosOf } from "./pairs.ts";
import type { Context } from "./parameters.ts";

/** Records who learns more: on the adding problem, on copy memory, and over both. */
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
  const measured = (task: string, pair: Pair): ClaimInput => ({
    ...ratiosOf(outcomes, task, pair, "best of the grid"),
    alternatives: [
      { name: names.reference, values: ratiosOf(outcomes, task, pair, "reference").values },
      {
        name: names.capped,
        values: ratiosOf(outcomes, task, pair, "best of the grid", true).values,
      },
    ],
  });
  const { lstm, lstmMatched, gru, gruMatched, gruLstm } = pairs;
  context.claim("adding-lstm-loss", measured(adding, lstm));
  context.claim("adding-lstm-loss-matched", measured(adding, lstmMatched));
  context.claim("adding-gru-loss", measured(adding, gru));
  context.claim("adding-gru-loss-matched", measured(adding, gruMatched));
  context.claim("adding-gru-lstm-loss", measured(adding, gruLstm));
  context.claim("copy-memory-lstm-short-lag", measured(short, lstmMatched));
  context.claim("copy-memory-lstm-long-lag", measured(long, lstmMatched));
  context.claim("copy-memory-gru-short-lag", measured(short, gruMatched));
  context.claim("copy-memory-gru-long-lag", measured(long, gruMatched));
  const trend = (setting: "best of the grid" | "reference", capped = false): number[] => {
    const at = (task: string) => ratiosOf(outcomes, task, lstmMatched, setting, capped).values;
    return ratioBySeed(at(long), at(short));
  };
  context.claim("copy-memory-trend", {
    values: trend("best of the grid"),
    parts: {
      [`LSTM / RNN, lag ${longLag}`]:
        ratiosOf(outcomes, long, lstmMatched, "best of the grid").values,
      [`LSTM / RNN, lag ${shortLag}`]:
        ratiosOf(outcomes, short, lstmMatched, "best of the grid").values,
    },
    alternatives: [
      { name: names.reference, values: trend("reference") },
      { name: names.capped, values: trend("best of the grid", true) },
    ],
  });
  recordSummaries(context, outcomes, [adding, short, long]);
  recordReference(context, outcomes, adding, short);
}

/** What the reference setting gives, where it differs from the best of the grid the most. */
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

/** The ratio of losses on average over tasks: of each seed, the mean of its logarithms. */
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
