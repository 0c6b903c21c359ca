import type { MeasureName } from "./attention.ts";
import { isSentiment } from "./baselines.ts";
import { byFold, minus } from "./by_fold.ts";
import type { KindId } from "./kinds.ts";
import type { NetworkFindings } from "./networks.ts";
import { meanOf, type Outcomes } from "./outcomes.ts";
import type { Context } from "./parameters.ts";

/** The two networks whose attention is studied. */
export const encoders = [
  { id: "lstm-attention", title: "LSTM" },
  { id: "no-recurrence", title: "no recurrence" },
] as const satisfies readonly { readonly id: KindId; readonly title: string }[];

/** What is measured by fold: a measure of texts, or a mean that is computed from their words. */
export type FoldMeasure = MeasureName | "lexicon" | "adversarialOfUniform";

/**
 * Returns a measure of attention by fold, mean over seeds.
 *
 * @param networks The findings.
 * @param id The network.
 * @param measure The measure.
 * @returns The values; `NaN` for a fold in which no text has the measure.
 */
export function attentionByFold(
  { byKind }: NetworkFindings,
  id: KindId,
  measure: FoldMeasure,
): number[] {
  return (byKind.get(id) ?? []).map(({ attention }) => {
    const values = measure === "lexicon" || measure === "adversarialOfUniform"
      ? attention?.[measure]
      : attention?.means[measure];
    return meanOf(values?.flatMap((value) => value ?? []) ?? []);
  });
}

/**
 * Records the claims about attention.
 *
 * @param context The run.
 * @param outcomes The findings.
 */
export function claimAttention(context: Context, outcomes: Outcomes): void {
  const { texts, networks } = outcomes;
  const shared = byFold(texts);
  const of = (id: KindId, measure: FoldMeasure) => attentionByFold(networks, id, measure);
  const claim = (
    id: string,
    values: readonly number[],
    parts: Readonly<Record<string, readonly number[]>> = {},
    alternatives: readonly { name: string; values: readonly number[] }[] = [],
  ) => {
    if (!values.every(Number.isFinite)) {
      context.unmeasured(id, "A fold has no text, or the run no second seed, for this measure.");
      return;
    }
    context.claim(id, { ...shared, values, parts, alternatives });
  };
  for (
    const [id, measure] of [
      ["tau-gradient-encoders", "tauGradient"],
      ["tau-leave-out-encoders", "tauLeaveOneOut"],
    ] as const
  ) {
    const [lstm, none] = [of("lstm-attention", measure), of("no-recurrence", measure)];
    claim(id, minus(none, lstm), { "no recurrence": none, "LSTM": lstm });
  }
  for (
    const [id, kind] of [
      ["tau-gradient-none", "no-recurrence"],
      ["tau-gradient-lstm", "lstm-attention"],
    ] as const
  ) {
    claim(id, of(kind, "tauGradient"), {}, [
      { name: "with leave-one-out in place of the gradient", values: of(kind, "tauLeaveOneOut") },
    ]);
  }
  claim("permuted", of("lstm-attention", "permuted"), {}, [
    { name: "without recurrence", values: of("no-recurrence", "permuted") },
    { name: "uniform in place of permuted weights", values: of("lstm-attention", "uniform") },
  ]);
  claim("adversarial", of("lstm-attention", "adversarial"), {}, [
    {
      name: "from uniform weights in place of attention, same states",
      values: of("lstm-attention", "adversarialOfUniform"),
    },
    { name: "without recurrence", values: of("no-recurrence", "adversarial") },
  ]);
  const between = (id: KindId) => minus(of(id, "overSeeds"), of(id, "adversarial"));
  claim("seeds-adversarial", between("lstm-attention"), {
    "between seeds": of("lstm-attention", "overSeeds"),
    "adversarial": of("lstm-attention", "adversarial"),
  }, [{ name: "without recurrence", values: between("no-recurrence") }]);
  for (
    const [id, kind] of [["lexicon-lstm", encoders[0]], ["lexicon-none", encoders[1]]] as const
  ) {
    if (isSentiment(texts.data.classes)) claim(id, of(kind.id, "lexicon"));
    else context.unmeasured(id, "The lexicon has words of negative and positive sentiment only.");
  }
  context.check("decomposition", {
    cases: encoders.length * texts.folds.length,
    worst: Math.max(
      ...encoders.flatMap(({ id }) =>
        (networks.byKind.get(id) ?? []).map(({ attention }) => attention?.decomposition ?? NaN)
      ),
    ),
  });
}
