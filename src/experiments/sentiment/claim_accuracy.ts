import type { Probabilities } from "../../classification/predictions.ts";
import type { BaselineRun } from "./baselines.ts";
import { byFold, foldValues, minus } from "./by_fold.ts";
import { type KindId, kinds } from "./kinds.ts";
import {
  CHOSEN,
  ensembleOf,
  joinSplits,
  meanOf,
  type Outcome,
  type Outcomes,
  predictionsOf,
} from "./outcomes.ts";
import type { Context } from "./parameters.ts";

/** The baselines that the claims compare with, by the part of the claim's id after "network-". */
const compared: Readonly<Record<string, string>> = {
  "majority": "majority",
  "opinion-lexicon": "opinion-lexicon-negation",
  "afinn": "afinn-111-negation",
  "naive-bayes": "naive-bayes",
  "logistic": "logistic",
};

/**
 * Records the claims about accuracy, other sources and calibration.
 *
 * @param context The run.
 * @param outcomes The findings.
 */
export function claimAccuracy(context: Context, outcomes: Outcomes): void {
  for (const [name, id] of Object.entries(compared)) {
    claimBaseline(context, outcomes, `network-${name}`, id);
  }
  claimKinds(context, outcomes, "attention-last", "lstm-attention", "lstm-last");
  claimKinds(context, outcomes, "attention-mean", "lstm-attention", "lstm-mean");
  claimKinds(context, outcomes, "two-directions", "lstm-attention", "lstm-forward");
  claimSources(context, outcomes);
  claimCalibration(context, outcomes);
}

/** Records the claim that compares the chosen network with a baseline. */
function claimBaseline(
  context: Context,
  outcomes: Outcomes,
  claim: string,
  id: string,
): void {
  const { texts, byModel, baselines } = outcomes;
  const network = byModel.get(CHOSEN);
  const baseline = byModel.get(id);
  if (!network) throw new Error("no network was tested");
  if (!baseline) {
    context.unmeasured(claim, "The lexicon has words of negative and positive sentiment only.");
    return;
  }
  const values = foldValues(texts, network);
  const others = foldValues(texts, baseline);
  const runs = baselines.byFold.get(id) ?? [];
  const minusOther = (name: string, read: (run: BaselineRun) => Probabilities) => {
    const other = joinSplits(baseline, texts, texts.folds, runs.map((run) => [read(run)]));
    return { name, values: minus(values, foldValues(texts, other)) };
  };
  const isTrained = (baselines.baselines.find((one) => one.id === id)?.settings.length ?? 0) > 1;
  context.claim(claim, {
    ...byFold(texts),
    values: minus(values, others),
    parts: { "accuracy of the network": values, [`accuracy of ${baseline.title}`]: others },
    alternatives: [
      {
        name: "the mean probabilities of the network's seeds, an ensemble",
        values: minus(foldValues(texts, ensembleOf(network)), others),
      },
      ...isTrained
        ? [
          minusOther(
            "the baseline trained without the validation texts",
            (run) => run.trainingOnly,
          ),
          minusOther("the baseline chosen by validation accuracy", (run) => run.byAccuracy),
        ]
        : [],
    ],
  });
}

/** Records a claim that compares two networks. */
function claimKinds(
  context: Context,
  { texts, byModel }: Outcomes,
  claim: string,
  first: KindId,
  second: KindId,
): void {
  const [one, other] = [byModel.get(first), byModel.get(second)];
  if (!one || !other) throw new Error("a network was not tested");
  const [values, others] = [foldValues(texts, one), foldValues(texts, other)];
  const losses = [one, other].map((outcome) => foldValues(texts, outcome, logLossOf));
  const [ownLosses = [], otherLosses = []] = losses;
  context.claim(claim, {
    ...byFold(texts),
    values: minus(values, others),
    parts: {
      [`accuracy of ${one.title}`]: values,
      [`accuracy of ${other.title}`]: others,
      [`log loss of ${one.title}, nats`]: ownLosses,
      [`log loss of ${other.title}, nats`]: otherLosses,
    },
    alternatives: [{
      name: "ensembles, the mean probabilities of the seeds",
      values: minus(foldValues(texts, ensembleOf(one)), foldValues(texts, ensembleOf(other))),
    }],
  });
}

function logLossOf(labels: readonly number[], probabilities: readonly Probabilities[]): number {
  return meanOf(
    probabilities.map((run) =>
      meanOf(run.map((row, i) => -Math.log(Math.max(row[labels[i] ?? 0] ?? NaN, 1e-15))))
    ),
  );
}

/** Records the claim about a source that training does not have. */
function claimSources(context: Context, { texts, byModel, networks, baselines }: Outcomes): void {
  const claim = "other-source";
  const [{ id, title }] = kinds;
  const within = byModel.get(id);
  if (!within) throw new Error("a network was not tested");
  const splits = texts.bySource;
  if (splits.length === 0) {
    const reason = "The texts have a single source, more than ten, or one that is too small.";
    context.unmeasured(claim, reason);
    return;
  }
  const across = joinSplits({ id, title }, texts, splits, networks.bySource.map(predictionsOf));
  const lossOf = (own: Outcome, other: Outcome) =>
    minus(foldValues(texts, own), foldValues(texts, other));
  const alternatives = ["logistic", "naive-bayes"].flatMap((baseline) => {
    const own = byModel.get(baseline);
    const runs = baselines.bySource.get(baseline) ?? [];
    const predictions = runs.map(({ probabilities }) => [probabilities]);
    if (!own || predictions.length < splits.length) return [];
    const other = joinSplits(own, texts, splits, predictions);
    return { name: `${own.title} in place of the network`, values: lossOf(own, other) };
  });
  context.claim(claim, {
    ...byFold(texts),
    values: lossOf(within, across),
    parts: {
      "accuracy with all sources": foldValues(texts, within),
      "accuracy without the source of the text": foldValues(texts, across),
    },
    alternatives,
  });
}

/** Records the claim about the network's confidence. */
function claimCalibration(context: Context, { texts, byModel }: Outcomes): void {
  const [{ id }] = kinds;
  const outcome = byModel.get(id);
  const chosen = byModel.get(CHOSEN);
  if (!outcome || !chosen) throw new Error("a network was not tested");
  const confidence = (of: Outcome) =>
    foldValues(
      texts,
      of,
      (_, probabilities) =>
        meanOf(probabilities.map((run) => meanOf(run.map((row) => Math.max(...row))))),
    );
  const excess = (of: Outcome) => minus(confidence(of), foldValues(texts, of));
  context.claim("overconfident", {
    ...byFold(texts),
    values: excess(outcome),
    parts: {
      "mean probability of the predicted class": confidence(outcome),
      "accuracy": foldValues(texts, outcome),
    },
    alternatives: [
      { name: "the network that validation chooses", values: excess(chosen) },
      {
        name: "the mean probabilities of its seeds, an ensemble",
        values: excess(ensembleOf(outcome)),
      },
    ],
  });
}
