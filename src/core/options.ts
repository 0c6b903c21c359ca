import { distance } from "fastest-levenshtein";
import { helpFor } from "./arguments.ts";
import { InputError, isPlainObject } from "./errors.ts";

/**
 * The names of all options of a function, as keys. The type makes the list complete: an option that
 * is added to `Options` and not to its list does not compile.
 */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true };

/**
 * Throws if options are not a plain object or contain an unknown name. Every public function with
 * options calls it first, so that a misspelt option is never ignored.
 *
 * @param owner The function or class that takes the options: `"LSTM"`.
 * @param options The options.
 * @param names The names of all options.
 * @param kind The word for an option in messages; `"field"` is for data such as a batch.
 * @throws {InputError} If `options` is not a plain object, or has a key that is not in `names`. The
 * message lists the names and suggests the nearest one.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkOptions, type OptionNames } from "./options.ts";
 *
 * interface AdamOptions {
 *   readonly learningRate?: number;
 *   readonly epsilon?: number;
 * }
 * const names: OptionNames<AdamOptions> = { learningRate: true, epsilon: true };
 * checkOptions("Adam", { epsilon: 1e-7 }, names);
 * const misspelt = JSON.parse('{ "lr": 0.1 }'); // The types catch it in TypeScript.
 * assertThrows(
 *   () => checkOptions("Adam", misspelt, names),
 *   Error,
 *   'an option of Adam must be one of learningRate, epsilon, found "lr". Did you mean learningRate?',
 * );
 * ```
 */
export function checkOptions<Options extends object>(
  owner: string,
  options: Options,
  names: OptionNames<Options>,
  kind: "option" | "field" = "option",
): void {
  const given: unknown = options;
  if (!isPlainObject(given)) {
    const example = Object.keys(names).slice(0, 2).join(", ");
    throw new InputError(
      `${kind}s of ${owner}`,
      example === "" ? "left out" : `an object such as { ${example} }`,
      given,
      helpFor(given),
    );
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  const known = Object.keys(names);
  const near = nearest(unknown, known);
  throw new InputError(
    `${kind === "option" ? "an option" : "a field"} of ${owner}`,
    known.length < 2 ? known[0] ?? "left out" : `one of ${known.join(", ")}`,
    unknown,
    near === undefined ? undefined : `Did you mean ${near}?`,
  );
}

/**
 * Names of options in PyTorch and Keras, in lower case and without underscores, and their names
 * here.
 */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  lr: "learningRate",
  eps: "epsilon",
  units: "hiddenSize",
  hiddendim: "hiddenSize",
  hidden: "hiddenSize",
  layers: "numLayers",
  maxnorm: "clipGradNorm",
  clipnorm: "clipGradNorm",
  gradclip: "clipGradNorm",
  maxnewtokens: "maxTokens",
  maxlength: "maxTokens",
  rng: "random",
  seed: "random",
  vocabsize: "vocabularySize",
  inputdim: "numEmbeddings",
  outputdim: "embeddingDim",
  initializer: "init",
  kernelinitializer: "init",
  y: "target",
  labels: "target",
  targets: "target",
};

/**
 * Finds the name that a misspelt name most likely means.
 *
 * @param found The misspelt name.
 * @param known The names that exist.
 * @returns The name that differs only in case and underscores, the name of the same option in
 * another library, or the nearest name within two edits (one, if the name has fewer than 6
 * characters); `undefined` if there is no such name.
 */
export function nearest(found: string, known: readonly string[]): string | undefined {
  const bare = (name: string) => name.toLowerCase().replace(/[_\s-]/g, "");
  const wanted = bare(found);
  const same = known.find((name) => bare(name) === wanted);
  if (same !== undefined) return same;
  const other = Object.hasOwn(OTHER_NAMES, wanted) ? OTHER_NAMES[wanted] : undefined;
  if (other !== undefined && known.includes(other)) return other;
  const [close] = known.map((name) => ({ name, edits: distance(bare(name), wanted) }))
    .filter(({ edits }) => edits <= (wanted.length < 6 ? 1 : 2))
    .sort((a, b) => a.edits - b.edits);
  return close?.name;
}
