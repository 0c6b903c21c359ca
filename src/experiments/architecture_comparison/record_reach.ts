import { mean } from "../../statistics/descriptive.ts";
import { type Architecture, isMatched, type Matching, matchings } from "../architectures.ts";
import { type Initialisation, initialisations } from "../sequence_network.ts";
import { cappedTimeScale, inCappedTimeScales } from "./record_training.ts";
import { longestRates, type Measured } from "./measure.ts";
import { type Context, longest, sortedLengths } from "./parameters.ts";
import { ratioBySeed } from "../ratios.ts";
import { atCheckpoint, matchedOf, type Trained, trainedOf } from "./train.ts";

/** The architectures that are compared with the RNN. */
const gated = ["LSTM", "GRU"] as const;
type Gated = (typeof gated)[number];

/** The measures of decay: the factor for each step, and the time scale, after which 1/e is left. */
type Unit = "factor" | "scale";

/** A cell of the factorial design: an architecture, an initialisation and a matching. */
interface CellOfDesign {
  readonly architecture: Gated;
  readonly initialisation: Initialisation;
  readonly matching: Matching;
  /** The logarithm of the ratio of the cell's decay to the RNN's, by measure of decay and seed. */
  readonly logRatios: Readonly<Record<Unit, readonly number[]>>;
}

/** A ratio under another convention. */
interface Alternative {
  readonly name: string;
  readonly values: readonly number[];
}

/** The properties that select the cells of a mean. */
type Chosen = Partial<Pick<CellOfDesign, "architecture" | "initialisation" | "matching">>;

/** Computes the geometric mean over cells of the ratio to the RNN, by seed. */
type Ratios = (chosen: Chosen, unit?: Unit) => number[];

/**
 * Records a factorial design: LSTM and GRU, two initialisations, two ways to match sizes. It
 * compares decay factors with the RNN's, and estimates the LSTM's main effect and the interactions.
 * The ratios of the GRU lie on both sides of 1, so a main effect would not describe them.
 * Alternatives compare time scales, and the LSTM on the inputs of the adding problem.
 */
export function recordReach(
  context: Context,
  measured: readonly Measured[],
  trained: readonly Trained[],
): void {
  const cells = gated.flatMap((architecture) =>
    initialisations.flatMap((initialisation) =>
      matchings.map((matching) =>
        cellOf(context, measured, { architecture, initialisation, matching })
      )
    )
  );
  recordTable(context, cells);
  const ratios: Ratios = (chosen, unit = "factor") => {
    const selected = cells.filter((cell) =>
      (["architecture", "initialisation", "matching"] as const).every((name) =>
        chosen[name] === undefined || cell[name] === chosen[name]
      )
    );
    return context.seeds.map((_, seed) =>
      Math.exp(mean(selected.map(({ logRatios }) => logRatios[unit][seed] ?? NaN)))
    );
  };
  recordEffect(context, ratios, recordOnTask(context, trained));
  for (const architecture of gated) recordInteraction(context, ratios, architecture);
  recordNull(context, measured, ratios);
}

const [pytorch, glorot] = initialisations;

/** Records the ratio of time scales of a claim as a metric, and returns it as an alternative. */
function inScales(
  context: Context,
  id: string,
  what: string,
  values: readonly number[],
): Alternative {
  const most = longest(context);
  context.metric({
    id: `${id}-scale`,
    label: `${what}, ${inCappedTimeScales(most)}`,
    statistic: "geometric-mean",
    values,
  });
  return { name: inCappedTimeScales(most), values };
}

/** Records the claim on the main effect of the LSTM. */
function recordEffect(
  context: Context,
  ratios: Ratios,
  onTask: readonly Alternative[],
): void {
  const id = "reach-lstm-effect";
  const architecture = "LSTM";
  const halves: readonly Chosen[] = [
    ...initialisations.map((initialisation) => ({ initialisation })),
    ...matchings.map((matching) => ({ matching })),
  ];
  context.claim(id, {
    values: ratios({ architecture }),
    alternatives: [
      inScales(context, id, "ratio of LSTM over RNN", ratios({ architecture }, "scale")),
      ...halves.map((chosen) => ({
        name: `${Object.values(chosen).join()} alone`,
        values: ratios({ architecture, ...chosen }),
      })),
      ...onTask,
    ],
  });
}

/** Records the claim on how the initialisation changes the ratio of an architecture to the RNN. */
function recordInteraction(context: Context, ratios: Ratios, architecture: Gated): void {
  const name = architecture.toLowerCase();
  const id = `reach-${name}-interaction`;
  const ratiosOf = (initialisation: Initialisation) => ratios({ architecture, initialisation });
  const parts = { [glorot]: ratiosOf(glorot), [pytorch]: ratiosOf(pytorch) };
  for (const [start, initialisation] of [["glorot", glorot], ["pytorch", pytorch]] as const) {
    context.metric({
      id: `reach-${name}-${start}`,
      label: `decay factor of the ${architecture} over the RNN's, ${initialisation}, geometric ` +
        "mean over two ways to match sizes",
      statistic: "geometric-mean",
      values: ratiosOf(initialisation),
    });
  }
  const what = `ratio of ${architecture} over RNN with Glorot weights over that with PyTorch's`;
  const interaction = (chosen: Chosen, unit?: Unit): number[] =>
    ratioBySeed(
      ratios({ architecture, initialisation: glorot, ...chosen }, unit),
      ratios({ architecture, initialisation: pytorch, ...chosen }, unit),
    );
  context.claim(id, {
    values: interaction({}),
    parts,
    alternatives: [
      inScales(context, id, what, interaction({}, "scale")),
      ...matchings.map((matching) => ({
        name: `${matching} alone`,
        values: interaction({ matching }),
      })),
    ],
  });
}

/** Records the claim on the ratio of the GRU to the RNN in one cell of the design. */
function recordNull(context: Context, measured: readonly Measured[], ratios: Ratios): void {
  const id = "reach-gru-null";
  const cell = {
    architecture: "GRU",
    initialisation: glorot,
    matching: "same hidden size",
  } as const;
  const shorter = shorterLength(context);
  const ratesAt = (architecture: Architecture): number[] => {
    const place = sortedLengths(context).indexOf(shorter);
    return (findMeasured(measured, { ...cell, architecture })?.rates ?? []).map((byLength) => {
      return byLength[place] ?? NaN;
    });
  };
  const atShorter = ratioBySeed(ratesAt("GRU"), ratesAt("RNN"));
  context.metric({
    id: `${id}-shorter`,
    label: "ratio of GRU over RNN, Glorot weights, same hidden size, sequences of " +
      `${shorter} steps`,
    statistic: "geometric-mean",
    values: atShorter,
  });
  context.claim(id, {
    values: ratios(cell),
    alternatives: [
      inScales(
        context,
        id,
        "ratio of GRU over RNN, Glorot weights, same hidden size",
        ratios(cell, "scale"),
      ),
      { name: `at T = ${shorter}`, values: atShorter },
    ],
  });
}

/**
 * Returns the length nearest to that of the adding problem, for which the smallest effect of 5 % a
 * step is justified.
 */
function shorterLength(context: Context): number {
  const { addingSteps } = context.parameters;
  const distance = (length: number) => Math.abs(length - addingSteps);
  return sortedLengths(context).reduce((best, length) => {
    return distance(length) < distance(best) ? length : best;
  });
}

/**
 * Records the ratio of the LSTM's decay factor to the RNN's before training, on the inputs of the
 * adding problem, for the gradient with respect to the state.
 */
function recordOnTask(
  context: Context,
  trained: readonly Trained[],
): Alternative[] {
  const before = ({ rates }: Trained) => atCheckpoint(rates, 0);
  const lstm = before(trainedOf(trained, "LSTM"));
  const comparisons = [
    ["same-size", "same hidden size", trainedOf(trained, "RNN")],
    ["matched", "matched parameters", matchedOf(trained)],
  ] as const;
  return comparisons.map(([id, matching, rnn]) => {
    const values = ratioBySeed(lstm, before(rnn));
    context.metric({
      id: `reach-lstm-task-${id}`,
      label: "decay factor of the LSTM over the RNN's on the adding problem before training, " +
        `Glorot weights, ${matching}`,
      statistic: "geometric-mean",
      values,
    });
    return { name: `inputs of the adding problem, Glorot weights, ${matching}`, values };
  });
}

/** Computes a cell of the design from the measured networks. */
function cellOf(
  context: Context,
  measured: readonly Measured[],
  cell: Omit<CellOfDesign, "logRatios">,
): CellOfDesign {
  const { architecture, initialisation, matching } = cell;
  const rates = (architecture: Architecture): number[] => {
    const one = findMeasured(measured, { architecture, initialisation, matching });
    return one ? longestRates(one) : [];
  };
  const logRatios = (in_: (rate: number) => number): number[] =>
    ratioBySeed(rates(architecture).map(in_), rates("RNN").map(in_)).map(Math.log);
  const most = longest(context);
  return {
    ...cell,
    logRatios: {
      factor: logRatios((rate) => rate),
      scale: logRatios((rate) => cappedTimeScale(rate, most)),
    },
  };
}

/** Finds the network of an architecture in a cell of the design. */
function findMeasured(
  measured: readonly Measured[],
  { architecture, initialisation, matching }:
    & { readonly architecture: Architecture }
    & Pick<CellOfDesign, "initialisation" | "matching">,
): Measured | undefined {
  return measured.find((other) =>
    other.candidate.architecture === architecture && isMatched(other.candidate, matching) &&
    other.initialisation === initialisation
  );
}

/** Records the ratio to the RNN in every cell of the design. */
function recordTable(context: Context, cells: readonly CellOfDesign[]): void {
  const row = ({ architecture, matching }: CellOfDesign): string =>
    `${architecture}, ${matching === "matched parameters" ? "parameter-matched" : matching}`;
  context.intervals({
    id: "reach",
    title: "Per-step decay factor over the RNN's, before training",
    names: [
      { name: "initialisation", label: "initial weights" },
      { name: "network", label: "network, and the size of the RNN" },
    ],
    value: { label: "decay factor over the RNN's", statistic: "geometric-mean" },
    rows: cells.map((cell) => ({
      names: [cell.initialisation, row(cell)],
      values: cell.logRatios.factor.map(Math.exp),
    })),
    figure: {
      title: "Decay factor over the RNN's, before training",
      caption:
        "Right of the rule, more of the gradient is left for each step back than in the RNN. " +
        `Paired by seed. Geometric mean over ${context.seeds.length} seeds with its 95 % interval.`,
      alt:
        `A chart for each initialisation (${initialisations.join("; ")}): for LSTM and GRU, each ` +
        "with the same hidden size and parameter-matched, a symbol at its decay factor over the " +
        "RNN's, with an interval, and a rule at 1.",
      y: { column: "network", label: "network" },
      facet: "initialisation",
      under: [{ mark: "rule", axis: "x", value: 1, label: "as the RNN" }],
    },
  });
}
