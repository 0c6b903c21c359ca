import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { probabilities } from "../../src/generation/sampling.ts";
import { notebookStrategies, strategies, strategyOf } from "../../src/generation/strategies.ts";

Deno.test("strategyOf() converts the options of every strategy", () => {
  const rest = { temperature: 1, repetitionPenalty: 1 };
  const wanted: readonly [string, Record<string, number>, object][] = [
    ["greedy", {}, { ...rest, temperature: 0 }],
    ["temperature", { temperature: 0.7 }, { ...rest, temperature: 0.7 }],
    ["top-k", {}, { ...rest, topK: 50 }],
    ["top-k", { k: 5, temperature: 2 }, { ...rest, topK: 5, temperature: 2 }],
    ["top-p", { p: 0.8 }, { ...rest, topP: 0.8 }],
    ["min-p", { "repetition-penalty": 1.2 }, { ...rest, minP: 0.05, repetitionPenalty: 1.2 }],
  ];
  for (const [name, given, sampling] of wanted) {
    assertEquals(strategyOf(name, given), { kind: "sampling", sampling }, name);
  }
  assertEquals(strategyOf("beam", { beams: 3 }), { kind: "beam", beams: 3, lengthPenalty: 0 });
});

Deno.test("strategyOf() uses defaults, and refuses options of another strategy", () => {
  const all = new Set(Object.values(strategies).flatMap((options) => Object.keys(options)));
  for (const [name, options] of Object.entries(strategies)) {
    const strategy = strategyOf(name, { k: undefined });
    if (strategy.kind === "sampling") assert(probabilities([1, 2], strategy.sampling).length === 2);
    for (const option of all) {
      if (Object.hasOwn(options, option)) continue;
      assertThrows(
        () => strategyOf(name, { [option]: 1 }),
        InputError,
        `an option of the strategy ${name} must be `,
      );
    }
  }
});

Deno.test("strategyOf() refuses wrong names and values", () => {
  const wrong: readonly [string, Record<string, number>, string][] = [
    ["nucleus", {}, "strategy must be greedy, temperature, top-k, top-p, min-p, beam, found"],
    ["toString", {}, "strategy must be greedy, temperature"],
    ["top-p", { p: 2 }, "topP must be a number above 0 and at most 1, found 2"],
    ["top-k", { k: 0 }, "topK must be a positive integer, found 0"],
    ["beam", { beams: 0 }, "beams must be a positive integer, found 0"],
    ["beam", { "length-penalty": -1 }, "length-penalty must be a finite number of at least 0"],
  ];
  for (const [name, given, message] of wrong) {
    assertThrows(() => strategyOf(name, given), InputError, message);
  }
});

Deno.test("notebookStrategies give different probabilities for the same logits", () => {
  const logits = Array.from({ length: 60 }, (_, id) => -id / 10);
  const found = notebookStrategies.map(({ sampling }) => probabilities(logits, sampling).join());
  assertEquals(notebookStrategies.map(({ name }) => name), [
    ...["Conservative", "Balanced", "Creative", "Top-K", "Top-P"],
  ]);
  assertEquals(new Set(found).size, 5);
});
