import { InputError } from "../core/errors.ts";
import { positiveInteger } from "../core/shapes.ts";
import { resolveSampling, type SamplingOptions } from "./sampling_options.ts";

/** The names of the ways to choose tokens. */
export type StrategyName = "greedy" | "temperature" | "top-k" | "top-p" | "min-p" | "beam";

/** An option of a strategy. */
export interface StrategyOption {
  /** What it is where it is not given. */
  readonly value: number;
  /** What it does, in a few words. */
  readonly text: string;
}

/** The options of each strategy, by name. */
export type StrategyOptions = Readonly<Record<string, StrategyOption>>;

/** A way to choose tokens: one at a time, or by a search. */
export type Strategy =
  | { readonly kind: "sampling"; readonly sampling: SamplingOptions }
  | { readonly kind: "beam"; readonly beams: number; readonly lengthPenalty: number };

const temperature = { value: 1, text: "below 1 likelier tokens, above 1 rarer ones" };
const repetition = { value: 1, text: "above 1, what was there before becomes less likely" };

/** What each strategy can be told, for a command line: `--strategy top-p --p 0.9`. */
export const strategies: Readonly<Record<StrategyName, StrategyOptions>> = {
  greedy: { "repetition-penalty": repetition },
  temperature: { temperature, "repetition-penalty": repetition },
  "top-k": {
    k: { value: 50, text: "how many of the likeliest tokens are kept" },
    temperature,
    "repetition-penalty": repetition,
  },
  "top-p": {
    p: { value: 0.9, text: "the probability that the kept tokens add up to" },
    temperature,
    "repetition-penalty": repetition,
  },
  "min-p": {
    p: { value: 0.05, text: "the least share of the likeliest token's probability" },
    temperature,
    "repetition-penalty": repetition,
  },
  beam: {
    beams: { value: 5, text: "how many sequences are followed at once" },
    "length-penalty": { value: 0, text: "above 0, longer sequences are favoured" },
  },
};

/** A strategy with a name of its own, for a table of samples. */
export interface NamedStrategy {
  /** What the table calls it. */
  readonly name: string;
  /** What it is. */
  readonly sampling: SamplingOptions;
}

/** The five of the PyTorch tutorial that this project re-examines. */
export const tutorialStrategies: readonly NamedStrategy[] = [
  { name: "Conservative", sampling: { temperature: 0.7 } },
  { name: "Balanced", sampling: { temperature: 1 } },
  { name: "Creative", sampling: { temperature: 1.3 } },
  { name: "Top-K", sampling: { temperature: 1, topK: 50 } },
  { name: "Top-P", sampling: { temperature: 1, topP: 0.9 } },
];

/**
 * A strategy by its name and options, as a command line gives them.
 *
 * @param given Values by option; those that are left out are as in {@link strategies}.
 * @throws {InputError} On a name that there is not, on options that the strategy does not take, and
 *   on wrong values.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { strategyOf } from "./strategies.ts";
 *
 * assertEquals(strategyOf("top-p", { p: 0.8 }), {
 *   kind: "sampling",
 *   sampling: { topP: 0.8, temperature: 1, repetitionPenalty: 1 },
 * });
 * ```
 */
export function strategyOf(
  name: string,
  given: Readonly<Record<string, number | undefined>> = {},
): Strategy {
  if (!isStrategy(name)) throw new InputError("strategy", Object.keys(strategies).join(", "), name);
  const options = strategies[name];
  for (const [option, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(options, option)) continue;
    const known = Object.keys(options).join(", ");
    throw new InputError(option, `left out with ${name}, which takes ${known}`, value);
  }
  const of = (option: string): number => given[option] ?? options[option]?.value ?? NaN;
  if (name === "beam") {
    const lengthPenalty = of("length-penalty");
    if (!(lengthPenalty >= 0 && lengthPenalty < Infinity)) {
      throw new InputError("length-penalty", "a finite number of at least 0", lengthPenalty);
    }
    return { kind: "beam", beams: positiveInteger("beams", of("beams")), lengthPenalty };
  }
  const sampling: SamplingOptions = {
    ...(name === "top-k" ? { topK: of("k") } : {}),
    ...(name === "top-p" ? { topP: of("p") } : {}),
    ...(name === "min-p" ? { minP: of("p") } : {}),
    temperature: name === "greedy" ? 0 : of("temperature"),
    repetitionPenalty: of("repetition-penalty"),
  };
  resolveSampling(sampling);
  return { kind: "sampling", sampling };
}

function isStrategy(name: string): name is StrategyName {
  return Object.hasOwn(strategies, name);
}
