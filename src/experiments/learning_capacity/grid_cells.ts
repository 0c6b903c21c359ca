import { chronoInit } from "../../model/init/gate_bias_init.ts";
import { orthogonalInit, type RecurrentInit } from "../../model/init/recurrent_init.ts";
import type { Architecture } from "../architectures.ts";
import { sortedRates, type Values } from "./parameters.ts";

/** The initial weights of the grid, by name, in the order of figures. */
export const gridInitialisations = ["PyTorch's weights", "orthogonal W_hh", "chrono"] as const;

/** One of the {@link gridInitialisations}. */
export type GridInitialisation = (typeof gridInitialisations)[number];

/** How a network is trained: a cell of the grid. */
export interface GridCell {
  /** The learning rate of Adam. */
  readonly rate: number;
  /** The initial weights. */
  readonly initialisation: GridInitialisation;
}

/** The initialisation besides PyTorch's that is meant for long memories, by architecture. */
const forMemory: Readonly<Record<Architecture, GridInitialisation>> = {
  RNN: "orthogonal W_hh",
  LSTM: "chrono",
  GRU: "chrono",
};

/**
 * The grid of an architecture: each learning rate with PyTorch's weights and with an initialisation
 * for long memories, so that each architecture has as many cells.
 *
 * Sources: Henaff, Szlam & LeCun (2016), https://arxiv.org/abs/1602.06662, for the orthogonal matrix;
 * Tallec & Ollivier (2018), https://arxiv.org/abs/1804.11188, for the chrono initialisation.
 *
 * @param values The experiment's parameters.
 * @param architecture Whose grid it is.
 * @returns The cells; of two that do equally well the first is taken.
 */
export function gridOf(values: Values, architecture: Architecture): GridCell[] {
  const initialisations: readonly GridInitialisation[] = [
    "PyTorch's weights",
    forMemory[architecture],
  ];
  return initialisations.flatMap((initialisation) =>
    sortedRates(values.rates).map((rate) => ({ rate, initialisation }))
  );
}

/** The reference setting: the same learning rate and PyTorch's weights for every network. */
export function referenceCell({ learningRate }: Values): GridCell {
  return { rate: learningRate, initialisation: "PyTorch's weights" };
}

/** Whether two cells are the same. */
export function isSameCell(a: GridCell, b: GridCell): boolean {
  return a.rate === b.rate && a.initialisation === b.initialisation;
}

/** The name of a cell: `"chrono, 0.01"`. */
export function cellName({ rate, initialisation }: GridCell): string {
  return `${initialisation}, ${rate}`;
}

/**
 * The initialiser of a recurrent layer.
 *
 * @param initialisation Its name.
 * @param steps Steps of a sequence: the longest time scale of the chrono initialisation.
 * @returns The initialiser; `undefined` for PyTorch's, which is the layers' own.
 */
export function gridInit(
  initialisation: GridInitialisation,
  steps: number,
): RecurrentInit | undefined {
  switch (initialisation) {
    case "PyTorch's weights":
      return undefined;
    case "orthogonal W_hh":
      return orthogonalInit();
    case "chrono":
      return chronoInit(Math.max(2, steps));
  }
}
