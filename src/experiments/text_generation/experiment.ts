import { loadTensors } from "../../core/backend.ts";
import { defineExperiment, type Experiment } from "../../harness/experiment.ts";
import hypotheses from "./hypotheses.json" with { type: "json" };
import { MOBY_DICK, parameters } from "./parameters.ts";

/**
 * Compares recurrent networks with n-gram models of the same tokens: the words of the notebook's 20
 * sentences, and the characters of a novel. Also measures the texts that the networks generate.
 *
 * Sources: Sundermeyer, Schlüter & Ney (2012); Chen & Goodman (1999); Holtzman et al. (2020).
 */
export const textGeneration: Experiment<typeof parameters> = defineExperiment({
  id: "text-generation",
  title: "Text generation",
  question:
    "What do recurrent networks learn of a text, is it more than n-grams, and what do they write?",
  version: 4,
  parameters,
  hypotheses,
  profiles: {
    quick: {
      seeds: 3,
      parameters: {
        ...{ embeddingDim: 32, hiddenSize: 64, maxCharacters: 40_000, maxHeldOut: 1000 },
        ...{ characterHidden: 24, updates: 100, checks: 3, judgeCharacters: 40_000, prompts: 2 },
      },
    },
    standard: { seeds: 10 },
    full: {
      seeds: 10,
      parameters: {
        ...{ maxCharacters: 1_000_000, updates: 14_000, maxHeldOut: 10_000 },
        ...{ characterHidden: 256, characterRate: 0.005, gruRate: 0.003, rnnRate: 0.001 },
      },
    },
  },
  files: ({ corpus }) => corpus === MOBY_DICK ? [] : [corpus],
  async run(context) {
    // This comes before networks are created, so that they compute with the ops of TensorFlow.js.
    await loadTensors();
    const { trainSentences } = await import("./sentences.ts");
    const { openCorpus } = await import("./character_texts.ts");
    const { prepareCharacters } = await import("./characters.ts");
    const { recordTexts, recordMachine } = await import("./record_texts.ts");
    const { recordSentences, claimSentences } = await import("./record_sentences.ts");
    const { recordSamples, claimSamples } = await import("./record_samples.ts");
    const { claimCharacters, recordCharacters } = await import("./record_characters.ts");
    const corpus = openCorpus(context);
    const trainCharacters = await prepareCharacters(context, corpus);
    const sentences = await trainSentences(context);
    const characters = await trainCharacters();
    await recordTexts(context, corpus, sentences, characters);
    recordSentences(context, sentences);
    claimSentences(context, sentences);
    recordCharacters(context, characters);
    claimCharacters(context, characters);
    recordSamples(context, sentences, characters);
    claimSamples(context, characters);
    recordMachine(context, characters);
  },
});
