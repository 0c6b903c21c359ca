import { fastest } from "./contest.ts";
import { AGREEMENT_AT_THE_END, CHECKED_EPOCHS } from "./learning_checks.ts";
import { number, table } from "./markdown.ts";
import { AGREEMENT } from "./norms.ts";
import type { LearningReport } from "./results.ts";

/** How many times as fast as the tutorial a seed of the comparison is to be. */
export const WANTED = 50;

/** The learning comparison as Markdown: a line for each implementation, and what is compared. */
export function learningText(report: LearningReport): string {
  const percent = (fraction: number): string => `${number(100 * fraction)} %`;
  return [
    learningTable(report),
    "",
    "RNN, LSTM and GRU on three tasks, as a tutorial compares them: trained for some epochs on a " +
    `few sequences, one a step, and tested. Unroll: learning-capacity's own code, ${report.seeds} ` +
    "seeds together. PyTorch: as the tutorial computes it, one seed a run, with Python loops over " +
    "steps and sequences. Drawing data, making networks and reading losses are in the time. " +
    "Losses, from the data and weights of one seed: each network's in the first " +
    `${CHECKED_EPOCHS} epochs must agree to ${percent(AGREEMENT)}, and the geometric means over ` +
    `the networks at the end to ${
      percent(AGREEMENT_AT_THE_END)
    }, since on the way rounding alone ` +
    "parts some. Test loss: that mean.",
  ].join("\n");
}

function learningTable({ findings, reference }: LearningReport): string {
  const best = fastest(findings.filter(({ kind }) => kind === "ours"))?.measured;
  return table(
    [
      ...["Learning comparison", "Seconds a seed", "Unroll, per seed", "Spread", "n", "Losses"],
      ...["Test loss", "Setting"],
    ],
    findings.map(({ name, kind, measured, failure, checks, agrees, setting }) => {
      const times = kind === "peer" && measured && best ? measured.seconds / best.seconds : null;
      const losses = name === reference ? "reference" : agrees ? "agree" : "disagree";
      return [
        name,
        measured ? number(measured.seconds) : "failed",
        times === null ? "–" : `${number(times)} times as fast (wanted: ${WANTED})`,
        measured ? `±${number(100 * measured.spread)} %` : "–",
        String(measured?.n ?? "–"),
        checks.length === 0 ? "–" : losses,
        checks.length === 0 ? "–" : number(checks.at(-1) ?? NaN),
        failure ?? setting,
      ];
    }),
  );
}
