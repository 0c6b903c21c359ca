import { assertEquals } from "@std/assert";
import {
  type Condition,
  endings,
  shareBySeed,
  type StabilityRuns,
} from "../../../src/experiments/learning_capacity/stability.ts";
import {
  effectBySeed,
  effects,
} from "../../../src/experiments/learning_capacity/stability_effects.ts";

const limits = { divergedAbove: 2, stalledAbove: 0.9 };

function runs(
  architecture: StabilityRuns["architecture"],
  condition: Condition,
  losses: readonly number[],
): StabilityRuns {
  return { architecture, condition, rate: 0.01, losses, finite: losses.map(() => true) };
}

const neither = { clipping: false, schedule: false };

Deno.test("endings() tells runs by the memoryless baseline and by losses that are not finite", () => {
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

Deno.test("effectBySeed() is the share that fails without less the share that fails with", () => {
  const clipping = { clipping: true, schedule: false };
  const schedule = { clipping: false, schedule: true };
  const all = [
    runs("RNN", neither, [3, 0.1]),
    runs("LSTM", neither, [1, 0.1]),
    runs("RNN", clipping, [3, 1]),
    runs("LSTM", clipping, [0.1, 0.1]),
    runs("RNN", schedule, [0.1, 0.1]),
    runs("LSTM", schedule, [0.1, 1]),
  ];
  const of = (id: keyof typeof effects) => effectBySeed(all, effects[id], limits);
  assertEquals(of("clipping-prevents-failure"), [2 / 4 - 1 / 2, 1 / 4 - 1 / 2]);
  assertEquals(of("schedule-prevents-failure"), [3 / 4 - 0, 1 / 4 - 1 / 2]);
  assertEquals(of("rnn-fails-more"), [2 / 3 - 1 / 3, 1 / 3 - 1 / 3]);
});
