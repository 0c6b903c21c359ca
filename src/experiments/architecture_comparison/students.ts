import { addingProblem } from "../../data/adding_problem.ts";
import type { SequenceTask } from "../../data/sequence_task.ts";
import { type Architecture, contenderName, contendersOf } from "../architectures.ts";
import { type Initialisation, initialisations } from "../initialisations.ts";
import type { Context } from "./parameters.ts";

/** A network that is trained. */
export interface Student {
  /** Its name in tables and figures. */
  readonly name: string;
  readonly architecture: Architecture;
  readonly hiddenSize: number;
  readonly initialisation: Initialisation;
}

const [PYTORCH, GLOROT] = initialisations;

/** The RNN with as many parameters as the LSTM. */
export const MATCHED_RNN = "RNN, matched";

/** The LSTM that starts without a forget bias. */
export const PYTORCH_LSTM = "LSTM, PyTorch's weights";

/** The task that networks are trained on. */
export function taskOf({ parameters }: Context): SequenceTask {
  return addingProblem({ steps: parameters.addingSteps });
}

/**
 * The networks that are trained: RNN, LSTM and GRU with Glorot weights, the parameter-matched RNN, and
 * the LSTM with PyTorch's weights. A GRU with as many parameters as the LSTM has few units more than the
 * one of its size, so it is left out.
 */
export function studentsOf(context: Context): Student[] {
  const { hiddenSize } = context.parameters;
  const { inputSize, outputSize } = taskOf(context);
  const glorot = contendersOf({ inputSize, hiddenSize, outputSize }).flatMap((contender) => {
    const { architecture, likeness } = contender;
    if (architecture === "GRU" && likeness === "matched parameters") return [];
    return [{
      name: contenderName(contender),
      architecture,
      hiddenSize: contender.hiddenSize,
      initialisation: GLOROT,
    }];
  });
  const lstm = { architecture: "LSTM", hiddenSize, initialisation: PYTORCH } as const;
  return [...glorot, { name: PYTORCH_LSTM, ...lstm }];
}

/** The names of the networks that are trained. */
export function studentNames(context: Context): string[] {
  return studentsOf(context).map(({ name }) => name);
}
