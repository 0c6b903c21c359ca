import { assertEquals } from "@std/assert";
import {
  atBestRate,
  type Condition,
  conditions,
  conventions,
  effectBySeed,
  effects,
  endings,
  shareBySeed,
  type StabilityRuns,
} from "../../../src/experiments/learning_capacity/stability.ts";
import { resolveParameters } from "../../../src/harness/parameters.ts";
import { parameters } from "../../../src/experiments/learning_capacity/parameters.ts";

const limits = { divergedAbove: 2, stalledAbove: 0.9 };

function runs(
  architecture: StabilityRuns["architecture"],
  condition: Condition,
  losses: readonly number[],
  rate = 0.01,
  validation: readonly number[] = [1],
): StabilityRuns {
  return { architecture, condition, rate, losses, finite: losses.map(() => true), validation };
}

const neither = { clipping: false, schedule: "constant" } as const;

Deno.test("endings() classifies runs by the memoryless baseline and by losses that are not finite", () => {
  const losses = [0.9, 0.91, 2, 2.01, 0.1];
  const finite = [true, true, true, true, false];
  assertEquals(endings({ losses, finite }, limits), [
    ...["learned", "stalled", "stalled", "diverged", "diverged"],
  ]);
});

Deno.test("shareBySeed() counts the runs of each seed", () => {
  const all = [runs("RNN", neither, [3, 1, 0.1]), runs("LSTM", neither, [0.1, 1, 0.1])];
  assertEquals(shareBySeed(all, limits, ["diverged"]), [0.5, 0, 0]);
  assertEquals(shareBySeed(all, limits, ["diverged", "stalled"]), [0.5, 1, 0]);
  assertEquals(shareBySeed([], limits, ["stalled"]), []);
});

Deno.test("effectBySeed() is the share of failures without a countermeasure minus the share with it", () => {
  const clipping = { clipping: true, schedule: "constant" } as const;
  const cosine = { clipping: false, schedule: "cosine" } as const;
  const plateau = { clipping: false, schedule: "plateau" } as const;
  const all = [
    runs("RNN", neither, [3, 0.1]),
    runs("LSTM", neither, [1, 0.1]),
    runs("RNN", clipping, [3, 1]),
    runs("LSTM", clipping, [0.1, 0.1]),
    runs("RNN", cosine, [0.1, 0.1]),
    runs("LSTM", cosine, [0.1, 1]),
    // These runs have only the plateau schedule, so the other effects have no runs.
    runs("RNN", plateau, [1, 0.1]),
    runs("LSTM", plateau, [0.1, 1]),
  ];
  const of = (id: keyof typeof effects) => effectBySeed(all, effects[id], limits);
  assertEquals(of("clipping-prevents-failure"), [2 / 4 - 1 / 2, 1 / 4 - 1 / 2]);
  assertEquals(of("schedule-prevents-failure"), [3 / 4 - 0, 1 / 4 - 1 / 2]);
  assertEquals(of("plateau-prevents-failure"), [3 / 4 - 1 / 2, 1 / 4 - 1 / 2]);
  assertEquals(of("rnn-fails-more"), [2 / 3 - 1 / 3, 1 / 3 - 1 / 3]);
});

Deno.test("atBestRate() selects the rate with the lowest validation loss by network and condition", () => {
  const [, clipping = neither] = conditions;
  const [bare = neither] = conditions;
  const best = [
    runs("RNN", bare, [9], 0.001, [0.2, 0.3]),
    // The geometric mean is 0.07, but the arithmetic mean is larger than 0.1.
    runs("RNN", clipping, [9], 0.1, [1, 0.005]),
    runs("GRU", bare, [9], 0.001, [0.5, 0.5]),
  ];
  const others = [
    runs("RNN", bare, [0.1], 0.1, [0.25, 0.26]),
    runs("RNN", clipping, [0.1], 0.001, [0.1, 0.1]),
  ];
  assertEquals(atBestRate([...others, ...best]), [best[0], best[1], best[2]]);
  assertEquals(atBestRate([]), []);
});

Deno.test("conventions() computes a difference at other rates and limits", () => {
  const values = resolveParameters(parameters, { stabilityRates: [0.1, 0.01, 0.001] });
  const all = [
    ...[0.001, 0.01, 0.1].map((rate, i) =>
      runs("RNN", neither, [[0.1, 0.6, 3][i] ?? 0], rate, [i + 1])
    ),
    ...[0.001, 0.01, 0.1].map((rate, i) =>
      runs("LSTM", neither, [[0.1, 0.1, 1][i] ?? 0], rate, [3 - i])
    ),
  ];
  const found = conventions(all, values).map((
    { name, of },
  ) => [name, of(effects["rnn-fails-more"])]);
  assertEquals(found, [
    ["a run has stalled above a fifth of the memoryless baseline", [2 / 3 - 1 / 3]],
    ["a run has stalled above half of the memoryless baseline", [2 / 3 - 1 / 3]],
    ["a run has stalled above four fifths of the memoryless baseline", [0]],
    ["at a learning rate of 0.01 alone", [0]],
    ["at learning rates of 0.001 and 0.01 alone", [0]],
    ["each network at its best learning rate, chosen on validation networks", [0 - 1]],
  ]);
});
