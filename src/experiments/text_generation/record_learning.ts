import type { CurveInput } from "../../harness/seed_figures.ts";
import { geometricMean, mean } from "../../statistics/descriptive.ts";
import { type Architecture, architectures } from "../architectures.ts";
import type { BaselineName } from "./baselines.ts";
import { checkUpdates } from "./character_model.ts";
import { type CharactersPart, grownModels, grownUpdates } from "./characters.ts";
import { bits, type Context, crossing, last, type Values } from "./parameters.ts";

/** The quantity of curves and intervals of losses. */
export const bitsPerCharacter = { label: "loss", unit: "bits per character" };

/**
 * Records losses by the number of updates and by the amount of text read, and where the curves of
 * networks and n-gram models cross.
 *
 * @param context The run.
 * @param parts The findings of each seed.
 */
export function recordCharacterCurves(context: Context, parts: readonly CharactersPart[]): void {
  recordUpdates(context, parts);
  recordData(context, parts);
  recordCrossings(context, parts);
  recordNeeded(context, parts);
  countOvertaking(context, parts);
}

/** Returns the number of characters that an update reads. */
function charactersOf({ characterBatch, characterLength }: Values): number {
  return characterBatch * characterLength;
}

/** Returns the held-out losses of a network at its checks, in nats. */
function lossesOf({ networks }: CharactersPart, architecture: Architecture): number[] {
  return networks[architecture].history.map((record) => record.validationLoss);
}

/** Returns the curve of each network's loss at its checks. */
function networkCurves(parts: readonly CharactersPart[]): CurveInput[] {
  return architectures.map((name) => ({
    names: [name],
    values: parts.map((part) => lossesOf(part, name).map(bits)),
  }));
}

/** Records the losses of networks by the number of updates. */
function recordUpdates(context: Context, parts: readonly CharactersPart[]): void {
  const { parameters: { updates, checks }, seeds } = context;
  context.curves({
    id: "curves-characters",
    title: "Bits per held-out character by updates",
    names: [{ name: "model", label: "network" }],
    x: { name: "updates", label: "updates", values: checkUpdates(updates, checks) },
    value: bitsPerCharacter,
    curves: networkCurves(parts),
    figure: {
      title: "Characters: bits against updates",
      caption: "If a network's curve crosses a rule, it overtakes the n-gram model of the whole " +
        "training text. The learning rate rises for 50 updates and then falls by half a cosine to a " +
        "tenth, so that a point is not what a shorter run would end with. Mean over " +
        `${seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
      alt:
        "The bits per held-out character against the number of updates on a log axis: a line with " +
        "a band each for RNN, LSTM and GRU, and levels, those of n-gram models of the whole training " +
        "text.",
      x: { scale: "log" },
      series: "model",
      under: baselineRules(parts),
    },
  });
}

/** Records the losses of networks and n-gram models by the amount of text read. */
function recordData(context: Context, parts: readonly CharactersPart[]): void {
  const { parameters: values, seeds } = context;
  const read = (updates: readonly number[]) => updates.map((n) => n * charactersOf(values));
  context.curves({
    id: "data-characters",
    title: "Bits per held-out character by the text read",
    names: [{ name: "model", label: "model" }],
    x: {
      name: "characters",
      label: "characters read",
      values: read(checkUpdates(values.updates, values.checks)),
    },
    value: bitsPerCharacter,
    curves: [
      ...networkCurves(parts),
      ...grownModels.map((name) => ({
        names: [name],
        points: read(grownUpdates(values)),
        values: parts.map(({ grown }) => grown.map((losses) => bits(losses[name]))),
      })),
    ],
    figure: {
      title: "Characters: bits against text read",
      caption: "Compare models that have read the same text. If a network's curve crosses one of " +
        "n-grams, it overtakes the model of the text that it has itself read. Networks read one piece " +
        "after the other and are not trained to convergence on what they have read; text that is read " +
        `again counts again. Mean over ${seeds.length} seeds; bands: pointwise 95 % intervals over ` +
        "seeds.",
      alt:
        "The bits per held-out character against the characters read on a log axis: a line with a " +
        "band each for RNN, LSTM and GRU and for bigram, 3-gram and 5-gram models.",
      x: { scale: "log" },
      series: "model",
    },
  });
}

/**
 * Returns rules at the losses of the n-gram models of the whole training text, in bits.
 *
 * @param parts The findings of each seed.
 */
export function baselineRules(parts: readonly CharactersPart[]) {
  return (["unigram", "bigram", "3-gram", "5-gram"] as const).map((name) => ({
    ...{ mark: "rule", axis: "y", label: name } as const,
    value: bits(mean(parts.map(({ baselines }) => baselines[name]))),
  }));
}

/** The n-gram models that a network may overtake. */
const overtaken = ["bigram", "3-gram", "5-gram"] as const satisfies BaselineName[];

/** Finds after how many updates a network overtakes an n-gram model of the whole training text. */
function overtakes(
  part: CharactersPart,
  { updates, checks }: Values,
  architecture: Architecture,
  name: (typeof overtaken)[number],
): number | null {
  const losses = lossesOf(part, architecture);
  return crossing(checkUpdates(updates, checks), losses, part.baselines[name]);
}

/**
 * Finds after how many updates a network overtakes an n-gram model of the text that the network has
 * read.
 */
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

/** Formats the number of seeds in which a network overtakes. */
function seedsFound(found: readonly (number | null)[]): string {
  return `${found.filter((place) => place !== null).length} of ${found.length}`;
}

/** The column of {@link seedsFound}. */
const seedsColumn = { name: "seeds", label: "seeds in which it does" };

/** Records after how many updates networks overtake n-gram models. */
function recordCrossings(context: Context, parts: readonly CharactersPart[]): void {
  const { parameters: values } = context;
  const row = (names: readonly string[], found: readonly (number | null)[]) => {
    const places = found.filter((place) => place !== null);
    const characters = places.length < found.length
      ? null
      : charactersOf(values) * geometricMean(places);
    return { names: [...names, seedsFound(found)], values: found, more: [characters] };
  };
  context.intervals({
    id: "crossings",
    title: `Updates, of ${values.updates}, that a network needs to overtake an n-gram model`,
    names: [
      { name: "network", label: "network" },
      { name: "model", label: "n-gram model" },
      { name: "of", label: "learnt from" },
      seedsColumn,
    ],
    value: { label: "updates, if it does in all", statistic: "geometric-mean" },
    more: [{ name: "characters", label: "characters that the network has read by then" }],
    rows: architectures.flatMap((architecture) => [
      ...overtaken.map((name) =>
        row(
          [architecture, name, "all text"],
          parts.map((part) => overtakes(part, values, architecture, name)),
        )
      ),
      ...grownModels.map((name) =>
        row(
          [architecture, name, "text read"],
          parts.map((part) => overtakesRead(part, values, architecture, name)),
        )
      ),
    ]),
  });
}

/** Records how much text an n-gram model needs for the final loss of a network. */
function recordNeeded(context: Context, parts: readonly CharactersPart[]): void {
  const { parameters: values } = context;
  const read = grownUpdates(values).map((updates) => updates * charactersOf(values));
  context.intervals({
    id: "needed-characters",
    title: "Text that an n-gram model needs to be as good as a network at the end of its training",
    names: [
      { name: "model", label: "n-gram model" },
      { name: "network", label: "network" },
      seedsColumn,
    ],
    value: { label: "characters, if it does in all", statistic: "geometric-mean" },
    rows: architectures.flatMap((architecture) =>
      grownModels.map((name) => {
        const found = parts.map(({ networks, grown }) => {
          const losses = grown.map((each) => each[name]);
          return crossing(read, losses, last(networks[architecture].history));
        });
        return { names: [name, architecture, seedsFound(found)], values: found };
      })
    ),
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
