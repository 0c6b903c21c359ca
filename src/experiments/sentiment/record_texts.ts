import { sentenceWords } from "../../data/text/sentence_words.ts";
import type { BaselineRun } from "./baselines.ts";
import { candidates, kinds } from "./kinds.ts";
import { chosenKinds, meanOf, type Outcomes, validationLoss } from "./outcomes.ts";
import type { Context } from "./parameters.ts";

/**
 * Records the texts, their divisions, the networks, and the search of every model.
 *
 * @param context The run.
 * @param outcomes The findings.
 */
export function recordTexts(context: Context, outcomes: Outcomes): void {
  recordCounts(context, outcomes);
  recordDivisions(context, outcomes);
  recordNetworks(context, outcomes);
  recordSearch(context, outcomes);
  recordMachine(context, outcomes);
  checkCopies(context, outcomes);
}

/** Records the numbers of texts by source and class. */
function recordCounts(context: Context, { texts: { data } }: Outcomes): void {
  const sources = [...new Set(data.texts.map(({ source }) => source))];
  const groups = new Map<number, number>();
  for (const { group } of data.texts) groups.set(group, (groups.get(group) ?? 0) + 1);
  context.table({
    id: "texts",
    title: `The texts: ${data.title}`,
    columns: [
      { name: "source", label: "source" },
      { name: "class", label: "class" },
      { name: "texts", label: "texts" },
      { name: "words", label: "words of a text, mean" },
      { name: "longest", label: "words of the longest text" },
      { name: "copies", label: "texts with a copy" },
    ],
    rows: sources.flatMap((source) =>
      data.classes.map((name, label) => {
        const own = data.texts.filter((one) => one.source === source && one.label === label);
        const lengths = own.map(({ text }) => sentenceWords(text).length);
        const copies = own.filter(({ group }) => (groups.get(group) ?? 0) > 1);
        const longest = lengths.length > 0 ? Math.max(...lengths) : null;
        const mean = lengths.length > 0 ? meanOf(lengths) : null;
        return [source, name, own.length, mean, longest, copies.length];
      })
    ),
  });
  context.metric({
    id: "texts",
    label: "texts",
    labels: ["all"],
    values: [data.texts.length],
    unit: "texts",
  });
}

/** Records the sizes of the parts of each fold. */
function recordDivisions(context: Context, { texts: { folds } }: Outcomes): void {
  context.table({
    id: "divisions",
    title: "The parts of each fold, in texts",
    columns: [
      { name: "fold", label: "fold" },
      { name: "train", label: "training" },
      { name: "validation", label: "validation" },
      { name: "test", label: "test" },
    ],
    rows: folds.map(({ train, validation, test }, fold) => {
      return [fold + 1, train.length, validation.length, test.length];
    }),
  });
}

/** Records the sizes of the networks, and how their training ended. */
function recordNetworks(context: Context, { networks, texts }: Outcomes): void {
  const chosen = chosenKinds(networks, texts.folds.length);
  context.table({
    id: "networks",
    title: "The networks, means over folds and seeds",
    columns: [
      { name: "network", label: "network" },
      { name: "parameters", label: "trainable parameters" },
      { name: "words", label: "words in the vocabulary" },
      { name: "epoch", label: "epoch with the lowest validation loss" },
      { name: "loss", label: "validation log loss", unit: "nats" },
      { name: "chosen", label: "folds in which validation chooses it" },
    ],
    rows: kinds.map(({ id, title, candidate }) => {
      const runs = networks.byKind.get(id) ?? [];
      return [
        title,
        meanOf(runs.map(({ parameterCount }) => parameterCount)),
        meanOf(runs.map(({ words }) => words)),
        meanOf(runs.map(({ seeds }) => meanOf(seeds.map(({ epoch }) => epoch)))),
        meanOf(runs.map(validationLoss)),
        candidate ? chosen.filter((one) => one === id).length : null,
      ];
    }),
  });
}

/** Records the settings that validation chooses from, and how often it chooses each. */
function recordSearch(context: Context, { networks, baselines, texts }: Outcomes): void {
  const count = (names: readonly string[], name: string) =>
    names.filter((one) => one === name).length;
  const chosen = chosenKinds(networks, texts.folds.length);
  const settingsOf = (runs: readonly BaselineRun[]) => runs.map(({ setting }) => setting);
  context.table({
    id: "search",
    title: "The search: in how many folds validation chooses a setting",
    columns: [
      { name: "model", label: "model" },
      { name: "setting", label: "setting" },
      { name: "folds", label: "folds" },
    ],
    rows: [
      ...candidates.map(({ id, title }) => ["recurrent network", title, count(chosen, id)]),
      ...baselines.baselines.filter(({ settings }) => settings.length > 1).flatMap((baseline) => {
        const names = settingsOf(baselines.byFold.get(baseline.id) ?? []);
        return baseline.settings.map(({ name }) => [baseline.title, name, count(names, name)]);
      }),
    ],
  });
}

/** Records how long a training took on this machine, for the manifest. */
function recordMachine(context: Context, { networks, baselines }: Outcomes): void {
  const trained = baselines.baselines.filter(({ settings }) => settings.length > 1);
  context.machine.table({
    id: "training-time",
    title: "The time of a training, mean over folds",
    columns: [
      { name: "model", label: "model" },
      { name: "seconds", label: "time", unit: "s" },
    ],
    rows: [
      ...kinds.map(({ id, title }) => {
        const runs = networks.byKind.get(id) ?? [];
        const each = runs.map(({ seconds, seeds }) => seconds / seeds.length);
        return [`${title}, one of ${context.seeds.length} side by side`, meanOf(each)];
      }),
      ...trained.map(({ id, title }) => {
        const runs = baselines.byFold.get(id) ?? [];
        return [`${title}, with one setting`, meanOf(runs.map(({ seconds }) => seconds))];
      }),
    ],
  });
}

/** Checks that no tested text has a copy among the texts that its models saw. */
function checkCopies(context: Context, { texts: { data, folds, bySource } }: Outcomes): void {
  const splits = [...folds, ...bySource];
  const copies = splits.map(({ train, validation, test }) => {
    const seen = new Set([...train, ...validation].map((i) => data.texts[i]?.group));
    return test.filter((i) => seen.has(data.texts[i]?.group)).length;
  });
  context.check("no-copies", { cases: splits.length, worst: Math.max(...copies) });
}
