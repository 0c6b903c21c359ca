import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import type { NDArray } from "../core/nd_array.ts";
import { predict } from "../training/predict.ts";
import { type ClassifierNetwork, emptyNetwork } from "./classifier_network.ts";
import { checkTexts, chunksOf, encodeTexts, repeated } from "./encoded_texts.ts";
import { SequenceClassifier } from "./sequence_classifier.ts";
import { softmax } from "./softmax.ts";

/**
 * Predicts the classes of texts by several classifiers that differ by their seed, side by side. On
 * WASM and CPU the result has the bits of {@link SequenceClassifier.predictProbabilities} of each
 * classifier, in less time.
 *
 * @param classifiers The classifiers, such as those of one call of `fitSequenceClassifiers`: of the
 * same options, classes and vocabulary. They do not change.
 * @param texts The texts.
 * @returns The probabilities [classifier, text, class].
 * @throws {InputError} If there are no classifiers, if they differ in options, classes or vocabulary,
 * if one was disposed of, or if `texts` is not an array of strings.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random, selectBackend } from "../../mod.ts";
 * import { fitSequenceClassifiers, predictEach } from "../classification.ts";
 *
 * await selectBackend("cpu");
 * const training = { texts: ["good", "bad", "so good", "so bad"], labels: [1, 0, 1, 0], classes: 2 };
 * const classifiers = await fitSequenceClassifiers(training, {
 *   ...{ embeddingDim: 4, hiddenSize: 4, minCount: 1, epochs: 2 },
 *   random: [new Random(1), new Random(2)],
 * });
 * const [first] = classifiers;
 * const [probabilities] = await predictEach(classifiers, ["good", "bad"]);
 * assertEquals(probabilities, await first?.predictProbabilities(["good", "bad"]));
 * ```
 */
export async function predictEach(
  classifiers: readonly SequenceClassifier[],
  texts: readonly string[],
): Promise<number[][][]> {
  checkTexts(texts);
  const first = checkAlike(classifiers);
  const { tokenizer, classes, options } = first;
  const rows = encodeTexts(texts, tokenizer, options.maxLength);
  const found = classifiers.map(() => rows.map((): number[] => []));
  using model = await sideBySide(classifiers);
  const width = options.hiddenSize * (options.bidirectional ? 2 : 1);
  for (const { indices, ...chunk } of chunksOf(rows, width)) {
    const { x, lengths } = repeated(chunk, classifiers.length);
    const { output } = await predict(model, { x, lengths });
    for (const [r, own] of found.entries()) {
      for (const [b, i] of indices.entries()) {
        const at = (r * lengths.length + b) * classes;
        own[i] = softmax(output.data.subarray(at, at + classes));
      }
    }
  }
  return found;
}

/** Throws unless classifiers can run side by side; returns the first one. */
function checkAlike(classifiers: readonly SequenceClassifier[]): SequenceClassifier {
  checkArray("classifiers", classifiers);
  const wrong = classifiers.findIndex((one: unknown) => !(one instanceof SequenceClassifier));
  if (wrong >= 0) {
    throw new InputError(`classifiers[${wrong}]`, "a SequenceClassifier", classifiers[wrong]);
  }
  const [first] = classifiers;
  if (first === undefined) throw new InputError("classifiers", "at least one", classifiers);
  const describe = ({ options, classes }: SequenceClassifier) =>
    JSON.stringify([classes, Object.entries(options).sort()]);
  const vocabulary = JSON.stringify(first.tokenizer.toJson());
  for (const [i, one] of classifiers.entries()) {
    if (describe(one) !== describe(first)) {
      const wanted = "of the options and classes of classifiers[0]";
      throw new InputError(`classifiers[${i}]`, wanted, { ...one.options, classes: one.classes });
    }
    const shared = one.tokenizer === first.tokenizer ||
      JSON.stringify(one.tokenizer.toJson()) === vocabulary;
    if (shared) continue;
    const wanted = "of the vocabulary of classifiers[0]";
    throw new InputError(`classifiers[${i}]`, wanted, "another vocabulary");
  }
  return first;
}

/** Copies the weights of classifiers into the replicas of one network. */
async function sideBySide(
  classifiers: readonly SequenceClassifier[],
): Promise<ClassifierNetwork> {
  const [first] = classifiers;
  if (first === undefined) throw new InputError("classifiers", "at least one", classifiers);
  const dicts = await Promise.all(classifiers.map(({ model }) => model.stateDict()));
  const { tokenizer, classes, options } = first;
  const sizes = { vocabularySize: tokenizer.vocabulary.size, classes, options };
  const model = emptyNetwork(sizes, classifiers.length);
  try {
    model.loadStateDict(Object.fromEntries(
      Object.entries(dicts[0] ?? {}).map(([name, { shape, data: { length } }]) => {
        const data = new Float32Array(dicts.length * length);
        for (const [r, dict] of dicts.entries()) data.set(dict[name]?.data ?? [], r * length);
        const stacked: NDArray = { shape: [dicts.length, ...shape], data };
        return [name, stacked] as const;
      }),
    ));
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}
