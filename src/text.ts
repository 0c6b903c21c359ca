/**
 * Text: corpora, tokenizers and batches, language models and their training, and generation.
 *
 * @example Encode sentences as ids
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeCorpus, Tokenizer, notebookSentences } from "./text.ts";
 *
 * const tokenizer = await Tokenizer.build(notebookSentences.documents(), { kind: "words" });
 * const { documents, ids, starts } = await encodeCorpus(notebookSentences, tokenizer);
 * assertEquals([documents, starts[0], starts[20]], [20, 0, ids.length]);
 * ```
 *
 * @module
 */

export type { Corpus } from "./data/text/corpora.ts";
export {
  documentsOf,
  encodeCorpus,
  type EncodedCorpus,
  type EncodeOptions,
  joinSequences,
} from "./data/text/encoded_corpus.ts";
export { copyGroups, type LabelledText, type LabelledTexts } from "./data/text/labelled_texts.ts";
export { afinnLexicon, type Lexicon, opinionLexicon } from "./data/text/lexicons.ts";
export {
  type LabelledTextFormat,
  readLabelledTexts,
  type ReadLabelledTextsOptions,
} from "./data/text/read_labelled_texts.ts";
export { sentenceWords } from "./data/text/sentence_words.ts";
export { sentimentSentences } from "./data/text/sentiment_sentences.ts";
export { fileCorpus } from "./data/text/file_corpus.ts";
export { mobyDick } from "./data/text/corpora.ts";
export { type Split, splitDocuments, type SplitOptions } from "./data/text/split.ts";
export { streamBatches, type StreamBatchOptions } from "./data/text/token_batches.ts";
export type { TokenKind } from "./data/text/text_rules.ts";
export type { TokenBatch, TokenBatches } from "./data/text/token_batches.ts";
export { Tokenizer } from "./data/text/tokenizer.ts";
export type { TokenizerOptions } from "./data/text/tokenizer.ts";
export { notebookSentences } from "./data/text/corpora.ts";
export {
  END,
  PAD,
  START,
  UNK,
  Vocabulary,
  type VocabularyStatistics,
} from "./data/text/vocabulary.ts";
export { windowBatches, type WindowBatchOptions } from "./data/text/windows.ts";
export { type Window, type WindowOptions, windows } from "./data/text/windows.ts";

export {
  type LanguageModel,
  languageModel,
  type LanguageModelOptions,
} from "./model/language_model.ts";
export {
  checkLanguageModelConfig,
  type LanguageModelConfig,
  type LanguageModelSizes,
} from "./model/language_model_config.ts";
export { type TokenLosses, tokenLosses, type TokenLossOptions } from "./training/token_losses.ts";
export {
  type SavedModel,
  type TrainingProgress,
  trainLanguageModel,
  type TrainLanguageModelOptions,
} from "./training/train_language_model.ts";
export type { EpochRecord } from "./training/training_position.ts";

export { type Beam, type BeamOptions, beamSearch } from "./generation/beam_search.ts";
export {
  type ContinueOptions,
  continueText,
  continueTexts,
  type ContinueTextsOptions,
} from "./generation/continue_text.ts";
export {
  generate,
  type GenerateOptions,
  generateStream,
  type GenerationRequest,
} from "./generation/generate.ts";
export { probabilities, sampleToken, type SamplingOptions } from "./generation/sampling.ts";
export {
  type NamedStrategy,
  notebookStrategies,
  strategies,
  type Strategy,
  type StrategyName,
  strategyOf,
  type StrategyOption,
  type StrategyOptions,
} from "./generation/strategies.ts";
export { textIds } from "./generation/generation_options.ts";
export {
  loadTextModel,
  readTextModel,
  type TextModel,
  type TextModelDescription,
  type TextModelParts,
  writeTextModel,
} from "./generation/text_model.ts";
