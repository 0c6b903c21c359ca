import { leakOf, readWindows } from "../../../src/experiments/notebook/text.ts";
import { conclusions } from "../../../src/experiments/notebook/conclusions.ts";
import { metricName, networkKeys, taskKeys } from "../../../src/experiments/notebook/parameters.ts";

/** A number for each network, by the notebook's keys. */
type ByNetwork = Readonly<Record<string, number>>;

/** The numbers of a seed that `fixtures/notebook_run.py` writes, for comparisons. */
export interface SeedNumbers {
  readonly gradient_decay_rate: number;
  readonly W_hh_gradients: readonly number[];
  readonly spectral_radius: number;
  /** The means of forget, input and output gate. */
  readonly gates: readonly number[];
  readonly correlation: number;
  readonly stability_scores: ByNetwork;
  readonly early_gradients: Readonly<Record<string, readonly number[]>>;
  readonly test_losses: Readonly<Record<string, ByNetwork>>;
  readonly convergence_epochs: Readonly<Record<string, ByNetwork>>;
  readonly final_training_losses: Readonly<Record<string, ByNetwork>>;
  readonly perplexity: readonly number[];
  readonly train_loss: readonly number[];
  readonly gradient_norms: readonly number[];
  readonly learning_rates: readonly number[];
  readonly validation_windows: readonly number[];
}

/** The numbers of the notebook's own seed in the fixture. */
interface OwnNumbers {
  readonly vanishing_gradients: {
    readonly gradient_data: readonly { readonly W_hh_grad: number }[];
    readonly spectral_radius: number;
    readonly gradient_decay_rate: number;
  };
  readonly lstm: {
    readonly gate_analysis: Readonly<Record<`avg_${string}_activation`, number>>;
    readonly state_analysis: {
      readonly hidden_cell_correlation: number;
      readonly stability_metrics: Readonly<Record<string, number>>;
    };
  };
  readonly comparison: {
    readonly gradient_data: Readonly<Record<string, readonly number[]>>;
    readonly stability_scores: ByNetwork;
    readonly learning: Readonly<
      Record<
        string,
        Readonly<
          Record<
            string,
            {
              readonly final_test_loss: number;
              readonly convergence_epoch: number;
              readonly training_losses: readonly number[];
            }
          >
        >
      >
    >;
  };
  readonly text: {
    readonly history: {
      readonly perplexity: readonly number[];
      readonly train_loss: readonly number[];
      readonly learning_rates: readonly number[];
    };
    readonly gradient_norms: readonly number[];
    readonly validation_windows: readonly number[];
  };
  readonly performance_metrics: {
    readonly rnn_stability: string;
    readonly architecture_rankings: { readonly gradient_flow: string };
  };
}

/** The fixture of a run of the notebook's own code. */
export interface NotebookRun {
  readonly versions: { readonly torch: string };
  readonly mends: readonly {
    readonly edits: readonly { readonly line: number; readonly old: string }[];
    readonly crash: { readonly line: number; readonly error: string };
  }[];
  readonly printed: readonly string[];
  readonly seed_42: OwnNumbers;
  readonly other_seeds: Readonly<Record<string, SeedNumbers>>;
}

/** Reads the fixture. */
export async function readRun(): Promise<NotebookRun> {
  const file = new URL("../../../fixtures/notebook_run.json", import.meta.url);
  return JSON.parse(await Deno.readTextFile(file));
}

/** Converts the numbers of the notebook's own seed to the form of the other seeds. */
export function ownSeed({ seed_42: own }: NotebookRun): SeedNumbers {
  const { vanishing_gradients: rnn, lstm, comparison, text } = own;
  const by = (of: (one: OwnNumbers["comparison"]["learning"][string][string]) => number) =>
    Object.fromEntries(
      Object.entries(comparison.learning).map(([task, models]) => [
        task,
        Object.fromEntries(Object.entries(models).map(([key, one]) => [key, of(one)])),
      ]),
    );
  return {
    gradient_decay_rate: rnn.gradient_decay_rate,
    W_hh_gradients: rnn.gradient_data.map(({ W_hh_grad }) => W_hh_grad),
    spectral_radius: rnn.spectral_radius,
    gates: ["forget", "input", "output"].map((gate) =>
      lstm.gate_analysis[`avg_${gate}_activation`] ?? NaN
    ),
    correlation: lstm.state_analysis.hidden_cell_correlation,
    stability_scores: comparison.stability_scores,
    early_gradients: comparison.gradient_data,
    test_losses: by((one) => one.final_test_loss),
    convergence_epochs: by((one) => one.convergence_epoch),
    final_training_losses: by((one) => one.training_losses.at(-1) ?? NaN),
    ...text.history,
    gradient_norms: text.gradient_norms,
    validation_windows: text.validation_windows,
  };
}

function average(by: Readonly<Record<string, ByNetwork>>, key: string): number {
  return taskKeys.reduce((sum, task) => sum + (by[task]?.[key] ?? NaN), 0) / taskKeys.length;
}

function least(of: (key: string) => number): string {
  return networkKeys.reduce((best, key) => of(key) < of(best) ? key : best);
}

/** Decides for each conclusion, by id, whether a seed reaches it. */
export function answersOf(seed: SeedNumbers): ReadonlyMap<string, boolean> {
  const [first = NaN, ...norms] = seed.W_hh_gradients;
  const best = least((key) => seed.stability_scores[key] ?? NaN);
  const lowest = least((key) => average(seed.test_losses, key));
  const final = seed.perplexity.at(-1) ?? NaN;
  const losses = [seed.test_losses, seed.final_training_losses].flatMap((by) =>
    Object.values(by).flatMap((one) => Object.values(one))
  );
  const clipped = seed.gradient_norms.filter((norm) => norm > 1).length;
  return new Map([
    ["vanishing-detected", seed.gradient_decay_rate < 0.1],
    // Lengths from 25 on.
    ["vanishing-beyond-20", norms.slice(3).every((norm) => norm / first < 0.1)],
    ["unstable", seed.spectral_radius > 1],
    ["balanced", seed.gates.every((gate) => Math.abs(gate - 0.5) <= 0.1)],
    ...networkKeys.map((key) => [`best-flow-${metricName[key]}`, best === key] as const),
    ...networkKeys.map((key) => [`lowest-loss-${metricName[key]}`, lowest === key] as const),
    ["no-explosion", losses.every(Number.isFinite)],
    ["reasonable-perplexity", final < 149],
    ["schedule-acts", seed.learning_rates.some((rate) => rate < 0.002)],
    ["clipping-acts", clipped >= seed.gradient_norms.length / 2],
  ]);
}

/** Computes the content of `src/experiments/notebook/pytorch_run.json` from a run. */
export async function summaryOfRun(run: NotebookRun) {
  const own = ownSeed(run);
  const others = Object.values(run.other_seeds).map(answersOf);
  const { cut } = await readWindows();
  const { stability_metrics } = run.seed_42.lstm.state_analysis;
  const printed: [string, number][] = [
    ["Gradient decay rate", own.gradient_decay_rate],
    ["Spectral radius", own.spectral_radius],
    ...["forget", "input", "output"].map((gate, i): [string, number] => {
      return [`Average ${gate} gate activation`, own.gates[i] ?? NaN];
    }),
    ["Hidden-cell state correlation", own.correlation],
    ["Hidden state stability", stability_metrics["Hidden Stability"] ?? NaN],
    ["Cell state stability", stability_metrics["Cell Stability"] ?? NaN],
    ...networkKeys.map((key): [string, number] => {
      return [`${key}: gradient variability`, own.stability_scores[key] ?? NaN];
    }),
    ...networkKeys.map((key): [string, number] => {
      return [`${key}: Avg test loss`, average(own.test_losses, key)];
    }),
    ...networkKeys.map((key): [string, number] => {
      return [`${key}: Avg convergence`, average(own.convergence_epochs, key)];
    }),
    ["Final perplexity", own.perplexity.at(-1) ?? NaN],
    ["Best perplexity", Math.min(...own.perplexity)],
  ];
  return {
    version: "PyTorch 1.13",
    seeds: others.length,
    answers: conclusions.map(({ id }) => ({
      id,
      own: answersOf(own).get(id) ? "yes" : "no",
      others: others.filter((answers) => answers.get(id)).length,
    })),
    printed: printed.map(([what, value]) => ({ what, value })),
    text: Object.entries({ 42: own, ...run.other_seeds }).map(([seed, one]) => ({
      seed: Number(seed),
      leak: leakOf({
        training: cut.filter((_, i) => !one.validation_windows.includes(i)),
        validation: cut.filter((_, i) => one.validation_windows.includes(i)),
      }),
      final: one.perplexity.at(-1) ?? NaN,
      best: Math.min(...one.perplexity),
    })),
  };
}
