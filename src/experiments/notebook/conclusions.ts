import { metricName, networkKeys } from "./parameters.ts";

/** A quotation of the notebook. */
export interface Quoted {
  /** The line of fixtures/notebook.md, counted from 1. */
  readonly line: number;
  /** The words of the line, character by character. */
  readonly words: string;
}

/** A conclusion of the notebook's text, or a result of its code. */
export interface Conclusion extends Quoted {
  /** The id, unique among the conclusions. */
  readonly id: string;
  /** The conclusion in a few words. */
  readonly name: string;
  /** The rule that decides whether a seed reaches the conclusion. */
  readonly rule: string;
  /** The origin of the rule: the code, or this page if the code has no rule. */
  readonly whose: "the notebook's" | "this page's";
}

const byItsCode = (rule: string) => ({ rule, whose: "the notebook's" }) as const;
const byThisPage = (rule: string) => ({ rule, whose: "this page's" }) as const;

/**
 * The conclusions of the notebook's text. Their rules are from this page, since the notebook's code
 * has no rules for them.
 */
export const statedConclusions: readonly Conclusion[] = [
  {
    id: "vanishing-beyond-20",
    line: 2213,
    words: "RNNs suffer from vanishing gradients for sequences longer than 15-20 time steps",
    name: "the gradient vanishes beyond 20 steps",
    ...byThisPage("the limit of line 488 at every length above 20"),
  },
  {
    id: "balanced",
    line: 2214,
    words: "LSTM gates effectively control information flow with balanced activations around 0.5",
    name: "gates are balanced around 0.5",
    ...byThisPage("the mean of each of the three gates within 0.1 of 0.5"),
  },
  {
    id: "no-explosion",
    line: 2443,
    words: "Successfully trained models without gradient explosion",
    name: "losses stay finite",
    ...byThisPage("every loss of section 4 is a finite number; no gradient is tested"),
  },
  {
    id: "reasonable-perplexity",
    line: 2444,
    words: "Achieved stable text generation with reasonable perplexity",
    name: "the perplexity is reasonable",
    ...byThisPage(
      "the final validation perplexity is below that of the uniform model over the vocabulary",
    ),
  },
];

/** The results of the notebook's code, including results that its text does not state. */
export const computedConclusions: readonly Conclusion[] = [
  {
    id: "vanishing-detected",
    line: 488,
    words: "gradient_decay_rate < 0.1",
    name: "vanishing gradient detected",
    ...byItsCode("gradient norm of W_hh at length 40 below 0.1 of that at length 5"),
  },
  {
    id: "unstable",
    line: 2223,
    words: "['spectral_radius'] > 1.0",
    name: "RNN stability: Unstable",
    ...byItsCode("spectral radius of the untrained W_hh above 1"),
  },
  ...networkKeys.map((key) => ({
    id: `best-flow-${metricName[key]}`,
    name: `best gradient flow: ${key}`,
    line: 1520,
    words: "'best_gradient_flow': min(",
    ...byItsCode("the smallest coefficient of variation over lengths 5 to 30, with 0 at length 5"),
  })),
  ...networkKeys.map((key) => ({
    id: `lowest-loss-${metricName[key]}`,
    name: `lowest average test loss: ${key}`,
    line: 1550,
    words: "Avg test loss = {performance['average_test_loss']:.4f}",
    ...byThisPage("the lowest of the averages over three tasks of 10 steps that section 4 prints"),
  })),
  {
    id: "schedule-acts",
    line: 1929,
    words: "scheduler.step(val_loss)",
    name: "the learning rate is lowered",
    ...byThisPage("in at least one epoch; no run is without the schedule"),
  },
  {
    id: "clipping-acts",
    line: 1914,
    words: "torch.nn.utils.clip_grad_norm_(",
    name: "most updates are clipped",
    ...byThisPage("at least half of the updates; no run is without clipping"),
  },
];

/** All conclusions. */
export const conclusions: readonly Conclusion[] = [...statedConclusions, ...computedConclusions];

/** A result that the notebook prints or states for any outcome of its networks. */
export interface FixedSentence extends Quoted {
  /** The reason why it does not depend on outcomes. */
  readonly why: string;
}

const typed = "text that is printed whatever was computed";
const summary = "text of the summary, whatever was computed";

/** The sentences of the notebook that do not depend on its results. */
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
    why: 'a number that is typed in, with the comment "Placeholder"; line 1656 prints a computed ' +
      "coverage under the same label",
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
    why: `${summary}; no network is trained on more than 12 steps`,
  },
  {
    line: 2450,
    words: "LSTM gate mechanisms elegantly solve gradient flow problems",
    why: summary,
  },
  {
    line: 2451,
    words: "Architecture choice significantly impacts training stability and performance",
    why: `${summary}; no code measures stability of training`,
  },
  {
    line: 2453,
    words: "Text generation quality depends on both architecture and sampling strategies",
    why: `${summary}; one architecture generates, and no code measures quality`,
  },
];

/** A correction of the notebook's code, which ends with an error without it. */
export interface Mend extends Quoted {
  /** The line that raises the error. */
  readonly crash: number;
  /** The error. */
  readonly error: string;
  /** The change of the code. */
  readonly mend: string;
  /** The effect of the change on results. */
  readonly effect: string;
}

/** The corrections that the notebook's code needs to run to its end. */
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
