import { mean } from "../../statistics/descriptive.ts";
import { isAlike, type Likeness, likenesses } from "../contenders.ts";
import { type Cell, curveColumns } from "../curves.ts";
import { type Initialisation, initialisations } from "../initialisations.ts";
import { intervalCells, intervalLayer } from "../intervals.ts";
import { longestRates, type Measured } from "./measure.ts";
import type { Context } from "./parameters.ts";
import type { Trained } from "./train.ts";
import { atCheckpoint, matchedOf, over, trainedOf } from "./trained.ts";

/** What is compared with the RNN. */
const gated = ["LSTM", "GRU"] as const;
type Gated = (typeof gated)[number];

/** A cell of the design. */
interface CellOfDesign {
  readonly architecture: Gated;
  readonly initialisation: Initialisation;
  readonly likeness: Likeness;
  /** The logarithm of its decay factor over that of the RNN, by seed. */
  readonly logRatios: readonly number[];
}

/**
 * Records the design of LSTM and GRU, two initialisations and two ways to match sizes: decay factors
 * over the RNN's, the LSTM's main effect and the interactions. The GRU's cells lie on both sides of 1, so
 * that a main effect would describe none of them. The LSTM stands beside it on the inputs of the adding
 * problem, too.
 */
export function recordReach(
  context: Context,
  measured: readonly Measured[],
  trained: readonly Trained[],
): void {
  const cells = gated.flatMap((architecture) =>
    initialisations.flatMap((initialisation) =>
      likenesses.map((likeness) => cellOf(measured, architecture, initialisation, likeness))
    )
  );
  recordTable(context, cells);
  const ratios = (chosen: Partial<CellOfDesign>): number[] => {
    const matching = cells.filter((cell) =>
      (["architecture", "initialisation", "likeness"] as const).every((name) =>
        chosen[name] === undefined || cell[name] === chosen[name]
      )
    );
    return context.seeds.map((_, seed) =>
      Math.exp(mean(matching.map(({ logRatios }) => logRatios[seed] ?? NaN)))
    );
  };
  const [pytorch, glorot] = initialisations;
  for (const architecture of gated) {
    const name = architecture.toLowerCase();
    const parts = {
      [glorot]: ratios({ architecture, initialisation: glorot }),
      [pytorch]: ratios({ architecture, initialisation: pytorch }),
    };
    for (
      const [start, values] of [["glorot", parts[glorot]], ["pytorch", parts[pytorch]]] as const
    ) {
      context.metric({
        id: `reach-${name}-${start}`,
        label: `decay factor of the ${architecture} over the RNN's, ` +
          `${start === "glorot" ? glorot : pytorch}, geometric mean over two ways to match sizes`,
        statistic: "geometric-mean",
        values: values ?? [],
      });
    }
    context.claim(`reach-${name}-interaction`, {
      values: over(parts[glorot] ?? [], parts[pytorch] ?? []),
      parts,
      alternatives: likenesses.map((likeness) => ({
        name: `${likeness} alone`,
        values: over(
          ratios({ architecture, initialisation: glorot, likeness }),
          ratios({ architecture, initialisation: pytorch, likeness }),
        ),
      })),
    });
  }
  const onTask = recordOnTask(context, trained);
  const architecture = "LSTM";
  context.claim("reach-lstm-effect", {
    values: ratios({ architecture }),
    alternatives: [
      ...[
        ...initialisations.map((initialisation) => ({ initialisation })),
        ...likenesses.map((likeness) => ({ likeness })),
      ].map((chosen) => ({
        name: `${Object.values(chosen).join()} alone`,
        values: ratios({ architecture, ...chosen }),
      })),
      ...onTask,
    ],
  });
  const likeness = "same hidden size";
  context.claim("reach-gru-null", {
    values: ratios({ architecture: "GRU", initialisation: glorot, likeness }),
  });
}

/**
 * Records the LSTM's decay factor over the RNN's on the inputs of the adding problem before training, of
 * the gradient by the state.
 */
function recordOnTask(
  context: Context,
  trained: readonly Trained[],
): { readonly name: string; readonly values: readonly number[] }[] {
  const before = ({ rates }: Trained) => atCheckpoint(rates, 0);
  const lstm = before(trainedOf(trained, "LSTM"));
  const comparisons = [
    ["same-size", "same hidden size", trainedOf(trained, "RNN")],
    ["matched", "matched parameters", matchedOf(trained)],
  ] as const;
  return comparisons.map(([id, likeness, rnn]) => {
    const values = over(lstm, before(rnn));
    context.metric({
      id: `reach-lstm-task-${id}`,
      label: "decay factor of the LSTM over the RNN's on the adding problem before training, " +
        `Glorot weights, ${likeness}`,
      statistic: "geometric-mean",
      values,
    });
    return { name: `inputs of the adding problem, Glorot weights, ${likeness}`, values };
  });
}

function cellOf(
  measured: readonly Measured[],
  architecture: Gated,
  initialisation: Initialisation,
  likeness: Likeness,
): CellOfDesign {
  const rates = (name: string): number[] => {
    const one = measured.find((other) =>
      other.contender.architecture === name && isAlike(other.contender, likeness) &&
      other.initialisation === initialisation
    );
    return one ? longestRates(one) : [];
  };
  const rnn = rates("RNN");
  const logRatios = rates(architecture).map((rate, seed) => Math.log(rate / (rnn[seed] ?? NaN)));
  return { architecture, initialisation, likeness, logRatios };
}

function recordTable(context: Context, cells: readonly CellOfDesign[]): void {
  const table = "reach";
  const row = ({ architecture, likeness }: CellOfDesign): string =>
    `${architecture}, ${likeness === "matched parameters" ? "parameter-matched" : likeness}`;
  const rows = [...new Set(cells.map(row))];
  context.table({
    id: table,
    title: "Per-step decay factor over the RNN's, before training",
    columns: [
      { name: "initialisation", label: "initial weights" },
      { name: "network", label: "network, and the size of the RNN" },
      ...curveColumns({ label: "decay factor over the RNN's" }, "geometric-mean"),
    ],
    rows: cells.map((cell): Cell[] => [
      cell.initialisation,
      row(cell),
      ...intervalCells(cell.logRatios.map(Math.exp)),
    ]),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Decay factor over the RNN's, before training",
    caption:
      "Right of the rule, more of the gradient is left for each step back than in the RNN. " +
      `Paired by seed. Geometric mean over ${context.seeds.length} seeds with its 95 % interval.`,
    alt:
      `A chart for each initialisation (${initialisations.join("; ")}): for LSTM and GRU, each ` +
      "with the same hidden size and parameter-matched, a symbol at its decay factor over the " +
      "RNN's, with an interval, and a rule at 1.",
    x: { label: "decay factor over the RNN's", scale: "linear" },
    y: { label: "network", scale: "category", categories: rows },
    facet: "initialisation",
    layers: [
      { mark: "rule", axis: "x", value: 1, label: "as the RNN" },
      intervalLayer(table, "network"),
    ],
  });
}
