import { assert, assertEquals, assertRejects } from "@std/assert";
import { isNegation } from "../../../src/classification/lexicon_classifier.ts";
import { stableStringify } from "../../../src/core/json.ts";
import type { AttentionFindings } from "../../../src/experiments/sentiment/attention.ts";
import { sentiment } from "../../../src/experiments/sentiment/experiment.ts";
import { candidates, type KindId, kinds } from "../../../src/experiments/sentiment/kinds.ts";
import type { SplitRun } from "../../../src/experiments/sentiment/networks.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { rows } from "../rows.ts";
import { measure, measureWithFindings, seeds } from "./running.ts";

const { result, findings } = await measureWithFindings("cpu");
const { texts: { data, folds, bySource }, networks, baselines } = findings;

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const labelOf = (text: number) => data.texts[text]?.label ?? NaN;

/** The share of a text that counts as right: classes with equal probabilities share it. */
function right(row: readonly number[] = [], text: number): number {
  const largest = Math.max(...row);
  return row[labelOf(text)] === largest ? 1 / row.filter((value) => value === largest).length : 0;
}

/** The accuracy of predictions [text, class] for texts. */
function accuracyOf(predicted: readonly (readonly number[])[], texts: readonly number[]): number {
  return mean(texts.map((text, at) => right(predicted[at], text)));
}

/** The accuracy of the networks of a division, mean over seeds. */
function networkAccuracy(run: SplitRun | undefined, texts: readonly number[]): number {
  return mean((run?.seeds ?? []).map(({ probabilities }) => accuracyOf(probabilities, texts)));
}

/** The accuracy of a network by fold. */
function byFoldOf(id: KindId): number[] {
  return folds.map(({ test }, fold) => networkAccuracy(networks.byKind.get(id)?.[fold], test));
}

function claim(id: string) {
  const found = result.claims.find((one) => one.id === id);
  assert(found, `there is no claim ${id}`);
  return found;
}

/** The networks with the lowest mean validation loss, by fold. */
const chosen = folds.map((_, fold) => {
  const losses = candidates.map(({ id }) =>
    mean((networks.byKind.get(id)?.[fold]?.seeds ?? []).map((seed) => seed.validationLoss))
  );
  return candidates[losses.indexOf(Math.min(...losses))]?.id ?? "";
});

const chosenByFold = folds.map(({ test }, fold) => {
  return networkAccuracy(networks.byKind.get(chosen[fold] ?? "")?.[fold], test);
});

const difference = (first: readonly number[], second: readonly number[]) =>
  first.map((value, i) => value - (second[i] ?? NaN));

Deno.test("sentiment: equal inputs give equal bytes, also after interruptions", async () => {
  const kept = new Map<string, string>();
  const store = (most: number) => ({
    read: (name: string) => {
      const text = kept.get(name);
      return Promise.resolve(text === undefined ? undefined : JSON.parse(text));
    },
    write: (name: string, part: unknown) => {
      if (kept.size >= most) throw new Error("interrupted");
      kept.set(name, stableStringify(part));
      return Promise.resolve();
    },
  });
  // The run is stopped while it trains baselines, networks by fold, and networks by source.
  for (const most of [5, 25, 32]) {
    await assertRejects(() => measure("cpu", {}, { parts: store(most) }), Error, "interrupted");
    assertEquals(kept.size, most);
  }
  const resumed = await measure("cpu", {}, { parts: store(Infinity) });
  assertEquals(stableStringify(resumed), stableStringify(result));
});

Deno.test("sentiment has the same predictions on WASM as on CPU", async () => {
  const onWasm = await measureWithFindings("wasm");
  for (const { id } of kinds) {
    for (const fold of folds.keys()) {
      const [found, wanted] = [onWasm.findings.networks, networks].map((one) =>
        one.byKind.get(id)?.[fold]?.seeds.flatMap(({ probabilities }) => probabilities.flat()) ?? []
      );
      assert(found && wanted && found.length > 0);
      assertClose(found, wanted, tolerance.steps, { what: `${id}, fold ${fold + 1}` });
    }
  }
  for (const [id, runs] of baselines.byFold) {
    const found = onWasm.findings.baselines.byFold.get(id);
    assertEquals(
      found?.map(({ probabilities }) => probabilities),
      runs.map(({ probabilities }) => probabilities),
    );
  }
  assertEquals(onWasm.result.unmeasured, []);
});

Deno.test("sentiment records every claim by fold, with the overlap of folds", () => {
  assertEquals(result.unmeasured, []);
  assertEquals(
    result.claims.map(({ id }) => id).toSorted(),
    Object.keys(sentiment.hypotheses.claims).toSorted(),
  );
  for (const { id, values, labels, overlap } of result.claims) {
    assertEquals(labels, ["fold 1", "fold 2", "fold 3"], id);
    assert(values.every(Number.isFinite), id);
    // A fold is tested, and two are for training and validation.
    assertClose([overlap ?? NaN], [1 / 2], tolerance.rounding);
  }
  assertEquals(result.checks.map(({ id, holds }) => [id, holds]), [
    ["no-copies", true],
    ["decomposition", true],
  ]);
});

Deno.test("sentiment: claims about baselines compare the network with the lowest validation loss", () => {
  const ids = {
    "majority": "majority",
    "opinion-lexicon": "opinion-lexicon-negation",
    "afinn": "afinn-111-negation",
    "naive-bayes": "naive-bayes",
    "logistic": "logistic",
  };
  for (const [name, id] of Object.entries(ids)) {
    const others = folds.map(({ test }, fold) =>
      accuracyOf(baselines.byFold.get(id)?.[fold]?.probabilities ?? [], test)
    );
    const { values } = claim(`network-${name}`);
    assertClose(values, difference(chosenByFold, others), tolerance.rounding, { what: name });
  }
  const counts = rows(result, "networks").map((row) => row[5]);
  assertEquals(
    counts,
    kinds.map(({ id, candidate }) => candidate ? chosen.filter((one) => one === id).length : null),
  );
  const search = rows(result, "search");
  for (const model of ["recurrent network", "naive Bayes", "logistic regression"]) {
    const own = search.filter(([name]) => name === model);
    assertEquals([own.length, own.reduce((sum, row) => sum + Number(row[2]), 0)], [6, 3], model);
  }
});

Deno.test("sentiment: claims about networks are differences of accuracies by fold", () => {
  const pairs: readonly (readonly [string, KindId, KindId])[] = [
    ["attention-last", "lstm-attention", "lstm-last"],
    ["attention-mean", "lstm-attention", "lstm-mean"],
    ["two-directions", "lstm-attention", "lstm-forward"],
  ];
  for (const [id, first, second] of pairs) {
    const wanted = difference(byFoldOf(first), byFoldOf(second));
    assertClose(claim(id).values, wanted, tolerance.rounding, { what: id });
  }
  const confidence = folds.map((_, fold) =>
    mean(
      (networks.byKind.get("lstm-attention")?.[fold]?.seeds ?? []).map(({ probabilities }) =>
        mean(probabilities.map((row) => Math.max(...row)))
      ),
    )
  );
  assertClose(
    claim("overconfident").values,
    difference(confidence, byFoldOf("lstm-attention")),
    tolerance.rounding,
  );
});

Deno.test("sentiment: other-source tests each text by networks without its source", () => {
  const whole = bySource.flatMap((split, at) =>
    split.trainSources.length === 2 ? [{ split, at }] : []
  );
  assertEquals(whole.map(({ split }) => split.testSource), ["amazon", "imdb", "yelp"]);
  const across = folds.map(({ test }) =>
    mean(seeds.map((_, seed) =>
      mean(test.map((text) => {
        const own = whole.find(({ split }) => split.test.includes(text));
        const run = networks.bySource[own?.at ?? -1];
        return right(run?.seeds[seed]?.probabilities[own?.split.test.indexOf(text) ?? -1], text);
      }))
    ))
  );
  const { values } = claim("other-source");
  assertClose(values, difference(byFoldOf("lstm-attention"), across), tolerance.rounding);
  // The table has each division, and the networks of cross-validation on the same texts.
  const table = rows(result, "sources").filter(([model]) => model === "LSTM, attention");
  assertEquals(table.length, 3 * 2);
  for (const [at, { trainSources, testSource, test }] of bySource.entries()) {
    const row = table.find((one) => one[1] === trainSources.join(", ") && one[2] === testSource);
    const wanted = networkAccuracy(networks.bySource[at], test);
    assertClose([Number(row?.[3])], [wanted], tolerance.rounding, { what: testSource });
  }
});

Deno.test("sentiment: accuracies and confusion matrices count every text once for each seed", () => {
  const table = rows(result, "accuracies").filter(([, source]) => source === "all texts");
  const accuracies = new Map(table.map((row) => [row[0], Number(row[4])]));
  const sizes = folds.map(({ test }) => test.length);
  const overall = (values: readonly number[]) =>
    values.reduce((sum, value, fold) => sum + value * (sizes[fold] ?? NaN), 0) / data.texts.length;
  for (const { id, title } of kinds) {
    assertClose([accuracies.get(title) ?? NaN], [overall(byFoldOf(id))], tolerance.rounding);
  }
  const network = "network that validation chooses";
  assertClose([accuracies.get(network) ?? NaN], [overall(chosenByFold)], tolerance.rounding);
  const confusion = rows(result, "confusion").filter(([model]) => model === network);
  assertEquals(confusion.reduce((sum, row) => sum + Number(row[3]), 0), 90);
  const diagonal = confusion.filter((row) => row[1] === row[2]);
  const hits = diagonal.reduce((sum, row) => sum + Number(row[3]), 0);
  assertClose([hits / 90], [overall(chosenByFold)], tolerance.rounding);
});

Deno.test("sentiment: the learning curve has a point for each number of texts and for all", () => {
  const table = rows(result, "learning-curve");
  const models = ["LSTM, attention", "naive Bayes", "logistic regression"];
  for (const model of models) {
    assertEquals(table.filter(([name]) => name === model).map((row) => row[1]), [30, 40, 60]);
  }
  for (const [s, size] of [30, 40].entries()) {
    const wanted = folds.map(({ test }, fold) => {
      return networkAccuracy(networks.bySize[s]?.[fold] ?? undefined, test);
    });
    const row = table.find((one) => one[0] === "LSTM, attention" && one[1] === size);
    // Folds of 90 texts have equally many.
    assertClose([Number(row?.[2])], [mean(wanted)], tolerance.rounding);
  }
});

Deno.test("sentiment: claims about attention are means over seeds of the findings of each fold", () => {
  const of = (id: KindId, read: (found: AttentionFindings) => readonly (number | null)[]) =>
    (networks.byKind.get(id) ?? []).map(({ attention }) => {
      assert(attention);
      return mean(read(attention).flatMap((value) => value ?? []));
    });
  const [lstm, none] = ["lstm-attention", "no-recurrence"] as const;
  const gradient = [lstm, none].map((id) => of(id, ({ means }) => means.tauGradient));
  const omission = [lstm, none].map((id) => of(id, ({ means }) => means.tauLeaveOneOut));
  const adversarial = of(lstm, ({ means }) => means.adversarial);
  const wanted: Record<string, readonly number[]> = {
    "tau-gradient-lstm": gradient[0] ?? [],
    "tau-gradient-none": gradient[1] ?? [],
    "tau-gradient-encoders": difference(gradient[1] ?? [], gradient[0] ?? []),
    "tau-leave-out-encoders": difference(omission[1] ?? [], omission[0] ?? []),
    "permuted": of(lstm, ({ means }) => means.permuted),
    "adversarial": adversarial,
    "seeds-adversarial": difference(of(lstm, ({ means }) => means.overSeeds), adversarial),
    "lexicon-lstm": of(lstm, ({ lexicon }) => lexicon),
    "lexicon-none": of(none, ({ lexicon }) => lexicon),
  };
  for (const [id, values] of Object.entries(wanted)) {
    assertClose(claim(id).values, values, tolerance.rounding, { what: id });
  }
  const [control] = claim("adversarial").alternatives;
  const uniform = of(lstm, ({ adversarialOfUniform }) => adversarialOfUniform);
  assertClose(control?.values ?? [], uniform, tolerance.rounding);
});

Deno.test("sentiment: the distributions over texts have the sum 1", () => {
  for (const id of ["tau-distribution", "divergence-distribution"]) {
    const sums = new Map<string, number>();
    for (const [measureName, network, , share] of rows(result, id)) {
      const key = `${measureName}, ${network}`;
      sums.set(key, (sums.get(key) ?? 0) + Number(share));
    }
    assertEquals(sums.size, 4, id);
    assertClose([...sums.values()], [1, 1, 1, 1], tolerance.rounding);
  }
});

Deno.test("sentiment shows the first tested texts of each kind in the first fold, by source in turn", () => {
  const examples = networks.byKind.get("lstm-attention")?.[0]?.attention?.examples ?? [];
  const test = folds[0]?.test ?? [];
  const used = new Set<number>();
  const wanted = ["short", "long", "negation"].flatMap((length, k) =>
    [true, false].flatMap((isRight, kind) => {
      const fits = ({ words, probabilities }: typeof examples[number], i: number) => {
        const hit = probabilities.indexOf(Math.max(...probabilities)) === labelOf(test[i] ?? -1);
        const isOfKind = length === "short"
          ? words.length >= 3 && words.length <= 8
          : length === "long"
          ? words.length >= 20
          : words.some(isNegation);
        return !used.has(i) && isOfKind && hit === isRight;
      };
      const source = ["amazon", "imdb", "yelp"][(2 * k + kind) % 3];
      const first = examples.findIndex((example, i) => {
        return fits(example, i) && data.texts[test[i] ?? -1]?.source === source;
      });
      const at = first < 0 ? examples.findIndex(fits) : first;
      if (at < 0) return [];
      used.add(at);
      return { name: `${length}, ${isRight ? "right" : "wrong"}`, at };
    })
  );
  const table = rows(result, "words");
  assertEquals([...new Set(table.map(([name]) => name))], wanted.map(({ name }) => name));
  for (const { name, at } of wanted) {
    const strips = new Map<string, [unknown, number][]>();
    for (const row of table.filter(([one]) => one === name)) {
      const strip = strips.get(String(row[4])) ?? [];
      strips.set(String(row[4]), strip);
      strip.push([row[6], Number(row[7])]);
    }
    assertEquals(strips.size, 3, name);
    for (const [measureName, strip] of strips) {
      assertEquals(strip.map(([word]) => word), [...examples[at]?.words ?? []], measureName);
      assertClose([strip.reduce((sum, [, weight]) => sum + weight, 0)], [1], tolerance.float32);
    }
    const attention = strips.get("LSTM, attention")?.map(([, weight]) => weight);
    assertEquals(attention, examples[at]?.weights);
  }
});

Deno.test("sentiment has intervals around every estimate of its tables", () => {
  for (const { id, columns, rows: cells } of result.tables) {
    const place = (name: string) => columns.findIndex((column) => column.name === name);
    const [low, high] = [place("low"), place("high")];
    for (const row of cells) {
      assert(row.every((cell) => typeof cell !== "number" || Number.isFinite(cell)), id);
      if (low < 0) continue;
      const value = row[low - 1];
      const ends = [row[low], row[high]];
      if (value === null) continue;
      assert(ends.every((end) => typeof end === "number"), `${id}: ${row}`);
      assert(Number(ends[0]) <= Number(value) && Number(value) <= Number(ends[1]), `${id}: ${row}`);
    }
  }
});
