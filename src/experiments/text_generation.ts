import { defineExperiment, type Experiment } from "./experiment.ts";
import { MOBY_DICK, parameters } from "./text_generation/parameters.ts";

/**
 * What an LSTM learns of a text, held against n-grams on the same tokens: the words of a tutorial's
 * 20 sentences, and the characters of a novel; and what is generated from it.
 *
 * Sources: Sundermeyer, Schlüter & Ney (2012); Chen & Goodman (1999); Holtzman et al. (2020).
 */
export const textGeneration: Experiment<typeof parameters> = defineExperiment({
  id: "text-generation",
  title: "Text generation",
  question: "What does an LSTM learn of a text, is it more than n-grams, and what does it write?",
  version: 1,
  parameters,
  profiles: {
    quick: {
      seeds: 3,
      parameters: {
        ...{ embeddingDim: 32, hiddenSize: 64, maxCharacters: 40_000, maxHeldOut: 2000 },
        ...{ characterHidden: 64, checks: 4 },
      },
    },
    full: {
      seeds: 10,
      parameters: {
        ...{ maxCharacters: 2_000_000, passes: 4, checks: 10 },
        ...{ characterHidden: 256, characterRate: 0.005 },
      },
    },
  },
  files: ({ corpus }) => corpus === MOBY_DICK ? [] : [corpus],
  async run(context) {
    const { trainSentences } = await import("./text_generation/sentences.ts");
    const { openCorpus } = await import("./text_generation/character_texts.ts");
    const { prepareCharacters } = await import("./text_generation/characters.ts");
    const { recordTexts } = await import("./text_generation/texts.ts");
    const { recordCurves, recordSteps } = await import("./text_generation/curves.ts");
    const { claimScores, recordScores } = await import("./text_generation/scores.ts");
    const { recordPositions } = await import("./text_generation/positions.ts");
    const { recordSamples } = await import("./text_generation/record_samples.ts");
    const { claimTraining } = await import("./text_generation/training_claims.ts");
    const { recordMachine } = await import("./text_generation/machine.ts");
    const corpus = await openCorpus(context);
    const trainCharacters = await prepareCharacters(context, corpus);
    const sentences = await trainSentences(context);
    const characters = await trainCharacters();
    await recordTexts(context, corpus, sentences, characters);
    recordCurves(context, sentences, characters);
    recordSteps(context, sentences, characters);
    recordScores(context, sentences, characters);
    claimScores(context, sentences, characters);
    recordPositions(context, sentences, characters);
    recordSamples(context, sentences, characters);
    claimTraining(context, sentences);
    recordMachine(context, characters);
  },
});
