import { forgetBias } from "../model/init/gate_bias_init.ts";
import { glorotInit, jointGlorotInit, type RecurrentInit } from "../model/init/recurrent_init.ts";
import type { Architecture } from "./architectures.ts";

/** How networks start, by name. */
export const initialisations = [
  "PyTorch's weights",
  "Glorot (LSTM: forget bias 1)",
] as const;

/** One of the {@link initialisations}. */
export type Initialisation = (typeof initialisations)[number];

/** The initialiser of a recurrent layer; `undefined` for PyTorch's, which is the layers' own. */
export function initOf(
  architecture: Architecture,
  initialisation: Initialisation,
): RecurrentInit | undefined {
  if (initialisation === "PyTorch's weights") return undefined;
  return architecture === "LSTM" ? forgetBias(1, glorotInit) : glorotInit;
}

/**
 * The notebook's initial weights: Xavier-uniform matrices and biases of 0, those of an LSTM's gates
 * over input and state together, with a forget bias of 1; of its GRU PyTorch's own.
 *
 * @param architecture What the layer is.
 * @param inputSize Features that it reads.
 * @returns An initialiser; `undefined` for PyTorch's, which is the layers' own.
 */
export function notebookInit(
  architecture: Architecture,
  inputSize: number,
): RecurrentInit | undefined {
  switch (architecture) {
    case "RNN":
      return glorotInit;
    case "LSTM":
      return forgetBias(1, jointGlorotInit(inputSize));
    case "GRU":
      return undefined;
  }
}
