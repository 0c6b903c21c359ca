import type { TensorContainer } from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { attendedOutput } from "../../src/analysis/attention_counterfactuals.ts";
import { attendSequences, gradientImportance } from "../../src/analysis/attention_importance.ts";
import { leaveOneOut } from "../../src/analysis/leave_one_out.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { GRU } from "../../src/model/gru.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { forEachBackend, testOn } from "../backends.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { alone, attentionModel, kinds, sentences } from "./attention_models.ts";

forEachBackend(
  "attendSequences() has the weights and, as weighted means, the outputs of the network",
  async (backend) => {
    const allowed = tolerance.backend[backend];
    for (const kind of backend === "webgpu" ? kinds.slice(0, 1) : kinds) {
      using model = await attentionModel(kind);
      const [found = []] = await attendSequences(model, sentences);
      for (const [i, ids] of sentences.entries()) {
        const text = found[i];
        const { output, weights } = await alone(model, ids);
        assert(text);
        assertClose(text.weights, weights, allowed);
        assertClose(attendedOutput(text.weights, text.wordLogits), output, allowed);
        assertClose(attendedOutput([1], [text.logits]), output, allowed);
      }
    }
  },
);

/** Multiplies the embedding of an id by a factor, while a function runs. */
async function scaled<T>(
  model: SequenceModel<TensorContainer>,
  id: number,
  factor: number,
  run: () => Promise<T>,
): Promise<T> {
  const dict = await model.stateDict();
  const table = dict["embedding.weight"];
  assert(table);
  const [, width = 0] = table.shape;
  const data = table.data.map((value, i) => Math.floor(i / width) === id ? value * factor : value);
  model.loadStateDict({ ...dict, "embedding.weight": { shape: table.shape, data } });
  try {
    return await run();
  } finally {
    model.loadStateDict(dict);
  }
}

/**
 * Differences of the probability of the predicted class, by word: central differences of two steps,
 * combined so that the terms of the third derivative cancel.
 */
async function differences(
  model: SequenceModel<TensorContainer>,
  ids: readonly number[],
  throughAttention: boolean,
): Promise<number[]> {
  const [[given] = []] = await attendSequences(model, [ids]);
  assert(given);
  const before = attendedOutput(given.weights, given.wordLogits);
  const predicted = before.indexOf(Math.max(...before));
  const outputWith = async (factor: number, id: number): Promise<number> => {
    const [[text] = []] = await scaled(model, id, factor, () => attendSequences(model, [ids]));
    assert(text);
    const weights = throughAttention ? text.weights : given.weights;
    return attendedOutput(weights, text.wordLogits)[predicted] ?? NaN;
  };
  const found: number[] = [];
  for (const id of ids) {
    const slope = async (step: number): Promise<number> => {
      return (await outputWith(1 + step, id) - await outputWith(1 - step, id)) / (2 * step);
    };
    found.push(Math.abs(4 * await slope(0.02) - await slope(0.04)) / 3);
  }
  return found;
}

for (const throughAttention of [false, true]) {
  const what = throughAttention ? "through the weights" : "with constant weights";
  forEachBackend(`gradientImportance() ${what} is that of differences`, async (backend) => {
    for (const kind of backend === "webgpu" ? kinds.slice(0, 1) : kinds) {
      using model = await attentionModel(kind);
      const chosen = backend === "webgpu" ? sentences.slice(2, 3) : sentences;
      const [found = []] = await gradientImportance(model, chosen, { throughAttention });
      for (const [i, ids] of chosen.entries()) {
        const wanted = await differences(model, ids, throughAttention);
        assertClose(found[i] ?? [], wanted, tolerance.flatDifferences);
      }
    }
  });
}

testOn(
  "wasm",
  "attendSequences(), gradientImportance() and leaveOneOut() give several networks the bits of each",
  async () => {
    using first = await attentionModel({ seed: 1 });
    using second = await attentionModel({ seed: 2 });
    using both = await attentionModel({ seed: 3, replicas: 2 });
    for (const measure of [attendSequences, gradientImportance, leaveOneOut]) {
      const together = await measure([first, both, second], sentences);
      const [own] = await measure(first, sentences);
      const [other] = await measure(second, sentences);
      assertEquals(together.length, 4);
      assertEquals<unknown>([together[0], together[3]], [own, other]);
      assertEquals<unknown>(together.slice(1, 3), await measure(both, sentences));
    }
  },
);

testOn(
  "cpu",
  "attendSequences(), gradientImportance() and leaveOneOut() take no sentences",
  async () => {
    using model = await attentionModel();
    for (const measure of [attendSequences, gradientImportance, leaveOneOut]) {
      assertEquals<unknown>(await measure(model, []), [[]]);
    }
  },
);

testOn(
  "cpu",
  "attendSequences(), gradientImportance() and leaveOneOut() refuse wrong arguments",
  async () => {
    const random = new Random(1);
    using model = await attentionModel();
    using wide = await attentionModel({ classes: 3 });
    using headless = new SequenceModel({
      recurrent: new GRU({ inputSize: 4, hiddenSize: 5, random: random.fork("a") }),
      attention: { size: 3, random: random.fork("attention") },
    });
    using last = new SequenceModel({
      recurrent: new GRU({ inputSize: 4, hiddenSize: 5, random: random.fork("b") }),
      readout: "last",
    });
    using plain = new SequenceModel({
      recurrent: new GRU({
        ...{ inputSize: 4, hiddenSize: 5, implementation: "plain", random: random.fork("c") },
      }),
      readout: "mean",
    });
    const [withBias, without] = [true, false].map((bias) => {
      const fork = random.fork(String(bias));
      return new SequenceModel({
        embedding: new Embedding({
          ...{ numEmbeddings: 12, embeddingDim: 4, random: fork.fork("embedding") },
        }),
        recurrent: new GRU({ inputSize: 4, hiddenSize: 5, bias, random: fork.fork("gru") }),
        readout: "mean",
        head: { outFeatures: 2, random: fork.fork("head") },
      });
    });
    assert(withBias && without);
    for (const measure of [attendSequences, gradientImportance, leaveOneOut]) {
      await assertMistakes([
        [() => measure([withBias, without], [[1]]), "networks[1] must be of the sizes"],
        [() => measure([], [[1]]), "networks must be at least one"],
        [() => measure([model, wide], [[1]]), "networks[1] must be of the sizes"],
        [() => measure(headless, [[1]]), "embedding of networks must be an Embedding, found null"],
        [() => measure(last, [[1]]), 'readout of networks must be "attention" or "mean"'],
        [() => measure(plain, [[1]]), "networks must be of fused layers"],
        [() => measure(model, [[]]), "sequences[0] must be at least one id"],
        [() => measure(model, [[1], [12]]), "sequences[1]", "12"],
        [
          () => call(null, measure, {}, [[1]]),
          "networks must be a SequenceModel, or an array of them",
        ],
        [() => call(null, measure, [3], [[1]]), "networks[0] must be a SequenceModel"],
        [() => call(null, measure, model, "text"), "sequences must be an array of sequences"],
      ]);
    }
    await assertMistakes([
      [() => call(null, gradientImportance, model, [[1]], { throughAttention: 1 }), "found 1"],
      [() => call(null, gradientImportance, model, [[1]], { through: true }), "throughAttention"],
    ]);
    withBias.dispose();
    without.dispose();
  },
);
