import { geometricMean, mean } from "../../statistics/descriptive.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import type { BaselineName } from "./baselines.ts";
import { checkUpdates } from "./character_model.ts";
import { type CharactersPart, grownModels, grownUpdates } from "./characters.ts";
import { bits, crossing, last } from "./numbers.ts";
import type { Context, Values } from "./parameters.ts";

const y = { label: "loss", unit: "bits per character" };

/**
 * Records how losses fall with updates and with the text that is read, and where the curves of
 * networks and of n-gram models cross.
 *
 * @param context The run.
 * @param parts What each seed gave.
 */
export function recordCharacterCurves(context: Context, parts: readonly CharactersPart[]): void {
  recordUpdates(context, parts);
  recordData(context, parts);
  recordCrossings(context, parts);
  recordNeeded(context, parts);
  countOvertaking(context, parts);
}

/** Characters that an update reads. */
function charactersOf({ characterBatch, characterLength }: Values): number {
  return characterBatch * characterLength;
}

/** The held-out losses of a network at its checks, in nats. */
function lossesOf({ networks }: CharactersPart, architecture: Architecture): number[] {
  return networks[architecture].history.map((record) => record.validationLoss);
}

/** The loss of each network at its checks, by x, as rows of a table. */
function networkRows(parts: readonly CharactersPart[], xs: readonly number[]): Cell[][] {
  return architectures.flatMap((name) =>
    curveRows(xs, parts.map((part) => lossesOf(part, name).map(bits)), [name])
  );
}

function recordUpdates(context: Context, parts: readonly CharactersPart[]): void {
  const { parameters: { updates, checks }, seeds } = context;
  const id = "curves-characters";
  context.table({
    id,
    title: "Bits per held-out character by updates",
    columns: [
      { name: "model", label: "network" },
      { name: "updates", label: "updates" },
      ...curveColumns(y),
    ],
    rows: networkRows(parts, checkUpdates(updates, checks)),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Characters: bits against updates",
    caption: "If a network's curve crosses a rule, it overtakes the n-gram model of the whole " +
      "training text. The learning rate rises for 50 updates and then falls by half a cosine to a " +
      "tenth, so that a point is not what a shorter run would end with. Mean over " +
      `${seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
    alt:
      "The bits per held-out character against the number of updates on a log axis: a line with " +
      "a band each for RNN, LSTM and GRU, and levels, those of n-gram models of the whole training " +
      "text.",
    x: { label: "updates", scale: "log" },
    y: { ...y, scale: "linear" },
    series: architectures,
    seriesLabel: "network",
    layers: [...baselineRules(parts), ...curveLayers(id, "updates", "model")],
  });
}

function recordData(context: Context, parts: readonly CharactersPart[]): void {
  const { parameters: values, seeds } = context;
  const id = "data-characters";
  const read = (updates: readonly number[]) => updates.map((n) => n * charactersOf(values));
  context.table({
    id,
    title: "Bits per held-out character by the text read",
    columns: [
      { name: "model", label: "model" },
      { name: "characters", label: "characters read" },
      ...curveColumns(y),
    ],
    rows: [
      ...networkRows(parts, read(checkUpdates(values.updates, values.checks))),
      ...grownModels.flatMap((name) =>
        curveRows(
          read(grownUpdates(values)),
          parts.map(({ grown }) => grown.map((losses) => bits(losses[name]))),
          [name],
        )
      ),
    ],
  });
  context.figure({
    id,
    kind: "chart",
    title: "Characters: bits against text read",
    caption: "Compare models that have read the same text. If a network's curve crosses one of " +
      "n-grams, it overtakes the model of the text that it has itself read. Networks read one piece " +
      "after the other and are not trained to convergence on what they have read; text that is read " +
      `again counts again. Mean over ${seeds.length} seeds; bands: pointwise 95 % intervals over ` +
      "seeds.",
    alt:
      "The bits per held-out character against the characters read on a log axis: a line with a " +
      "band each for RNN, LSTM and GRU and for bigram, 3-gram and 5-gram models.",
    x: { label: "characters read", scale: "log" },
    y: { ...y, scale: "linear" },
    series: [...architectures, ...grownModels],
    seriesLabel: "model",
    layers: curveLayers(id, "characters", "model"),
  });
}

/**
 * Levels of the n-gram models of the whole training text, in bits.
 *
 * @param parts What each seed gave.
 */
export function baselineRules(parts: readonly CharactersPart[]) {
  return (["unigram", "bigram", "3-gram", "5-gram"] as const).map((name) => ({
    ...{ mark: "rule", axis: "y", label: name } as const,
    value: bits(mean(parts.map(({ baselines }) => baselines[name]))),
  }));
}

/** The n-gram models that a network may overtake. */
const overtaken = ["bigram", "3-gram", "5-gram"] as const satisfies BaselineName[];

/** After how many updates a network overtakes an n-gram model of the whole training text. */
function overtakes(
  part: CharactersPart,
  { updates, checks }: Values,
  architecture: Architecture,
  name: (typeof overtaken)[number],
): number | null {
  const losses = lossesOf(part, architecture);
  return crossing(checkUpdates(updates, checks), losses, part.baselines[name]);
}

/** After how many updates a network overtakes an n-gram model of the text that it has read. */
function overtakesRead(
  part: CharactersPart,
  values: Values,
  architecture: Architecture,
  name: (typeof grownModels)[number],
): number | null {
  const updates = checkUpdates(values.updates, values.checks);
  const places = grownUpdates(values);
  const behind = lossesOf(part, architecture).map((loss, i) =>
    loss - (part.grown[places.indexOf(updates[i] ?? NaN)]?.[name] ?? NaN)
  );
  return crossing(updates, behind, 0);
}

/** In how many seeds a place was found, and the places. */
function foundCells(found: readonly (number | null)[]): Cell[] {
  return [`${found.filter((place) => place !== null).length} of ${found.length}`, found];
}

/** The first of the columns that {@link foundCells} are in. */
const seedsColumn = { name: "seeds", label: "seeds in which it does" } as const;

function recordCrossings(context: Context, parts: readonly CharactersPart[]): void {
  const { parameters: values } = context;
  const cells = (found: readonly (number | null)[]): Cell[] => {
    const places = found.filter((place) => place !== null);
    return [
      ...foundCells(found),
      places.length < found.length ? null : charactersOf(values) * geometricMean(places),
    ];
  };
  const rows = architectures.flatMap((architecture): Cell[][] => [
    ...overtaken.map((name): Cell[] => [
      ...[architecture, name, "all text"],
      ...cells(parts.map((part) => overtakes(part, values, architecture, name))),
    ]),
    ...grownModels.map((name): Cell[] => [
      ...[architecture, name, "text read"],
      ...cells(parts.map((part) => overtakesRead(part, values, architecture, name))),
    ]),
  ]);
  context.table({
    id: "crossings",
    title: `Updates, of ${values.updates}, that a network needs to overtake an n-gram model`,
    columns: [
      { name: "network", label: "network" },
      { name: "model", label: "n-gram model" },
      { name: "of", label: "learnt from" },
      seedsColumn,
      ...curveColumns({ label: "updates, if it does in all" }, "geometric-mean"),
      { name: "characters", label: "characters that the network has read by then" },
    ],
    rows,
  });
}

function recordNeeded(context: Context, parts: readonly CharactersPart[]): void {
  const { parameters: values } = context;
  const read = grownUpdates(values).map((updates) => updates * charactersOf(values));
  const rows = architectures.flatMap((architecture) =>
    grownModels.map((name): Cell[] => {
      const found = parts.map(({ networks, grown }) => {
        const losses = grown.map((each) => each[name]);
        return crossing(read, losses, last(networks[architecture].history));
      });
      return [name, architecture, ...foundCells(found)];
    })
  );
  context.table({
    id: "needed-characters",
    title: "Text that an n-gram model needs to be as good as a network at the end of its training",
    columns: [
      { name: "model", label: "n-gram model" },
      { name: "network", label: "network" },
      seedsColumn,
      ...curveColumns({ label: "characters, if it does in all" }, "geometric-mean"),
    ],
    rows,
  });
}

/** Records in how many seeds a network overtakes n-gram models of the whole training text. */
function countOvertaking(context: Context, parts: readonly CharactersPart[]): void {
  const { parameters: values } = context;
  for (const architecture of architectures) {
    for (const name of ["3-gram", "5-gram"] as const) {
      context.metric({
        id: `${architecture.toLowerCase()}-overtakes-${name}`,
        label:
          `seeds in which the ${architecture} overtakes a ${name} model of the whole training ` +
          `text within ${values.updates} updates`,
        ...{ unit: "of the seeds", statistic: "share" },
        values: parts.map((part) => overtakes(part, values, architecture, name) === null ? 0 : 1),
      });
    }
  }
}
