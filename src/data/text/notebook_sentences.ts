import type { Corpus } from "./corpus.ts";

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

/** The 20 sentences on machine learning of the notebook that this project repeats. */
export const notebookSentences: Corpus = {
  id: "notebook-sentences",
  title: "Twenty sentences",
  source: "the notebook that this project repeats",
  licence: null,
  documents: () => sentences,
};
