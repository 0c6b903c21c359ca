import { InputError, isPlainObject } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { checkNumber, positiveInteger } from "../core/shapes.ts";
import { resolveSampling, type SamplingOptions } from "./sampling.ts";

/** The name of a way to choose tokens. */
export type StrategyName = "greedy" | "temperature" | "top-k" | "top-p" | "min-p" | "beam";

/** An option of a strategy. */
export interface StrategyOption {
  /** The default of the option. */
  readonly value: number;
  /** A short description for a help text. */
  readonly text: string;
}

/** The options of a strategy, by name. */
export type StrategyOptions = Readonly<Record<string, StrategyOption>>;

/** A way to choose tokens: sampling one at a time, or beam search. */
export type Strategy =
  | { readonly kind: "sampling"; readonly sampling: SamplingOptions }
  | { readonly kind: "beam"; readonly beams: number; readonly lengthPenalty: number };

const temperature = { value: 1, text: "below 1 likelier tokens, above 1 rarer ones" };
const repetition = { value: 1, text: "above 1, tokens that came before become less likely" };

/** The options of every strategy, as command-line flags: `--strategy top-p --p 0.9`. */
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

/** Sampling options with a name, for a table of samples. */
export interface NamedStrategy {
  /** The name in the table. */
  readonly name: string;
  /** How tokens are chosen. */
  readonly sampling: SamplingOptions;
}

/** The five sampling strategies of the notebook, `fixtures/notebook.md`. */
export const notebookStrategies: readonly NamedStrategy[] = [
  { name: "Conservative", sampling: { temperature: 0.7 } },
  { name: "Balanced", sampling: { temperature: 1 } },
  { name: "Creative", sampling: { temperature: 1.3 } },
  { name: "Top-K", sampling: { temperature: 1, topK: 50 } },
  { name: "Top-P", sampling: { temperature: 1, topP: 0.9 } },
];

/**
 * Creates a strategy from the name and the options of a command line.
 *
 * @param name One of the names in {@link strategies}.
 * @param given The values by option; an option that is missing or `undefined` has its default.
 * @returns The strategy.
 * @throws {InputError} If the name or an option of the strategy is unknown, or a value is out of
 * range.
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
  const names = Object.fromEntries(Object.keys(options).map((option) => [option, true as const]));
  checkOptions(`the strategy ${name}`, withoutUndefined(given), names);
  const of = (option: string): number => given[option] ?? options[option]?.value ?? NaN;
  if (name === "beam") {
    const lengthPenalty = of("length-penalty");
    const isFinite = (value: number) => value >= 0 && value < Infinity;
    checkNumber("length-penalty", lengthPenalty, "a finite number of at least 0", isFinite);
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
  return typeof name === "string" && Object.hasOwn(strategies, name);
}

function withoutUndefined<Value>(
  given: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  if (!isPlainObject(given)) return given; // checkOptions refuses it.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
