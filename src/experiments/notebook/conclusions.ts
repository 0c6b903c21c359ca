import { metricName, networkKeys } from "./settings.ts";

/** Words of the notebook. */
export interface Quoted {
  /** The line of fixtures/notebook.md, from 1. */
  readonly line: number;
  /** A part of that line, character by character. */
  readonly words: string;
}

/** A conclusion that the notebook's code computes, or that its text states. */
export interface Conclusion extends Quoted {
  /** Unique among them. */
  readonly id: string;
  /** The conclusion in a few words. */
  readonly name: string;
  /** By what rule it is counted. */
  readonly rule: string;
  /** Whose rule it is: the code's, or this page's where the code has none. */
  readonly whose: "the notebook's" | "this page's";
}

const inCode = (rule: string) => ({ rule, whose: "the notebook's" }) as const;
const notInCode = (rule: string) => ({ rule, whose: "this page's" }) as const;

/** What the notebook concludes by a rule of its code, or states and could be counted by one. */
export const conclusions: readonly Conclusion[] = [
  {
    id: "vanishing-detected",
    line: 488,
    words: "gradient_decay_rate < 0.1",
    name: "the gradient vanishes",
    ...inCode("gradient norm of W_hh at length 40 below 0.1 of that at length 5"),
  },
  {
    id: "vanishing-beyond-20",
    line: 2213,
    words: "RNNs suffer from vanishing gradients for sequences longer than 15-20 time steps",
    name: "it vanishes beyond 20 steps",
    ...notInCode("the limit of line 488 at every length above 20"),
  },
  {
    id: "unstable",
    line: 2223,
    words: "['spectral_radius'] > 1.0",
    name: "the RNN is unstable",
    ...inCode("spectral radius of the untrained W_hh above 1"),
  },
  {
    id: "balanced",
    line: 2214,
    words: "LSTM gates effectively control information flow with balanced activations around 0.5",
    name: "gates are balanced around 0.5",
    ...notInCode("the mean of each of the three gates within 0.1 of 0.5"),
  },
  ...networkKeys.map((key) => ({
    id: `best-flow-${metricName[key]}`,
    name: `best gradient flow: ${key}`,
    line: 1520,
    words: "'best_gradient_flow': min(",
    ...inCode("the smallest coefficient of variation over lengths 5 to 30, with 0 at length 5"),
  })),
  {
    id: "lstm-superior",
    line: 2445,
    words: "Demonstrated LSTM superiority for long sequence modeling",
    name: "the LSTM is superior",
    ...notInCode(
      "the LSTM has the lowest average test loss of section 4, whose sequences have 10 steps",
    ),
  },
  {
    id: "no-explosion",
    line: 2443,
    words: "Successfully trained models without gradient explosion",
    name: "training does not explode",
    ...notInCode("every loss of section 4 is a finite number"),
  },
  {
    id: "reasonable-perplexity",
    line: 2444,
    words: "Achieved stable text generation with reasonable perplexity",
    name: "the perplexity is reasonable",
    ...notInCode(
      "the final validation perplexity is below that of the uniform model over the vocabulary",
    ),
  },
  {
    id: "last-epoch-best",
    line: 2254,
    words: "Training convergence:",
    name: "training converges",
    ...notInCode("the last epoch has the lowest validation loss; the code prints their number"),
  },
  {
    id: "schedule-acts",
    line: 2218,
    words: "Gradient clipping and learning rate scheduling are crucial for stable training",
    name: "the schedule acts",
    ...notInCode("the learning rate is lowered in at least one epoch; no run is without it"),
  },
  {
    id: "clipping-acts",
    line: 2218,
    words: "Gradient clipping and learning rate scheduling are crucial for stable training",
    name: "clipping acts",
    ...notInCode("at least half of the updates are clipped; no run is without it"),
  },
];

/** A result that the notebook prints whatever its networks do. */
export interface FixedSentence extends Quoted {
  /** Why it depends on nothing. */
  readonly why: string;
}

const typed = "text that is printed whatever was computed";

/** What the notebook concludes whatever happens. */
export const fixedSentences: readonly FixedSentence[] = [
  {
    line: 2228,
    words: "'parameter_efficiency': min(",
    why:
      "the network with the fewest parameters: a property of the architectures, for any training",
  },
  {
    line: 2225,
    words: "len(text_gen_history['train_loss'])",
    why: "the number of epochs that were asked for",
  },
  { line: 2179, words: "'models_implemented': 5,", why: "a number that is typed in" },
  {
    line: 2083,
    words: "Vocabulary coverage: {100:.1f}%",
    why: "a number that is typed in; the comment beside it says placeholder",
  },
  {
    line: 2215,
    words: "Custom LSTM implementation matches theoretical expectations for gate behaviors",
    why: typed,
  },
  {
    line: 2216,
    words: "Architecture comparison reveals trade-offs between complexity and performance",
    why: typed,
  },
  {
    line: 2217,
    words: "Text generation benefits from advanced sampling strategies (top-k, top-p)",
    why: `${typed}; no code compares texts`,
  },
  {
    line: 2445,
    words: "Demonstrated LSTM superiority for long sequence modeling",
    why: `${typed}; no network is trained on more than 12 steps`,
  },
  {
    line: 2450,
    words: "LSTM gate mechanisms elegantly solve gradient flow problems",
    why: typed,
  },
  {
    line: 2451,
    words: "Architecture choice significantly impacts training stability and performance",
    why: `${typed}; no code measures stability of training`,
  },
  {
    line: 2453,
    words: "Text generation quality depends on both architecture and sampling strategies",
    why: `${typed}; one architecture generates, and no code measures quality`,
  },
];

/** A change without which the notebook's code ends with an error. */
export interface Mend extends Quoted {
  /** Where the error comes from. */
  readonly crash: number;
  /** The error. */
  readonly error: string;
  /** What is done about it. */
  readonly mend: string;
  /** What it changes of the results. */
  readonly effect: string;
}

/** The changes that the notebook needs to run to its end. */
export const mends: readonly Mend[] = [
  {
    line: 115,
    words: "notebook_results_dir.mkdir(parents=True, exist_ok=True)",
    crash: 336,
    error: "FileNotFoundError: the folder of the first figure was never made",
    mend: "its folders are made, too",
    effect: "none",
  },
  {
    line: 1330,
    words: "loss = F.mse_loss(outputs, y)",
    crash: 1330,
    error: "RuntimeError: networks with 5 outputs, targets with 10 features",
    mend: "the first 5 features of the target count, here and in line 1345",
    effect: "networks keep their sizes; with 10 outputs instead: the arm called ten outputs",
  },
  {
    line: 1871,
    words: "self.save_dir = Path(save_dir)",
    crash: 1992,
    error: "RuntimeError: the folder of the checkpoint was never made",
    mend: "it is made",
    effect: "none",
  },
];
