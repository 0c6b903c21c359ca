import { HYPER } from "../../src/kernels/instructions.ts";
import { Layout, type Region } from "../../src/kernels/program.ts";
import { type KeptLayer, layoutKept } from "../../src/kernels/stack.ts";
import { layoutPassed } from "../../src/kernels/stack_gradient.ts";
import { stackOf, type Tensor } from "./data.ts";
import type { Workload } from "./workload.ts";

/** Steps that one call of a routine makes at most: rows of the table of hyperparameters. */
export const CHUNK = 256;

/** Where everything of a workload lies in its arena. */
export interface Places {
  /** Numbers in the arena. */
  readonly size: number;
  /** Parameters, one behind the other in `weightArea`. */
  readonly weights: ReadonlyMap<string, Region>;
  readonly weightArea: Region;
  /** Their gradients, likewise; empty without a backward pass. */
  readonly gradients: ReadonlyMap<string, Region>;
  readonly gradientArea: Region;
  /** Adam's moments, as large as `weightArea`; empty where nothing is updated. */
  readonly m: Region;
  readonly v: Region;
  readonly hyper: Region;
  /** Data by name. */
  readonly data: ReadonlyMap<string, Region>;
  /** What the recurrent layers read [steps, batch, input]: x, or what was embedded. */
  readonly x: Region;
  readonly dX: Region;
  readonly kept: readonly KeptLayer[];
  /** The first state of every layer, h and c. */
  readonly initial: readonly Region[];
  /** The head's output, then its gradient. */
  readonly logits: Region;
  readonly losses: Region;
  /** The gradient of the recurrent layers' output [steps, batch, hidden]. */
  readonly dOutput: Region;
  /** By layer [batch, hidden]. */
  readonly dH: readonly Region[];
  readonly dC: readonly Region[];
  /** Offsets of the gradients that pass from layer to layer. */
  readonly passed: readonly number[];
}

/** The rows that the head reads: all, or those of the last step. */
export function headRows({ task, steps, batch }: Workload): number {
  return task === "flow" ? batch : steps * batch;
}

/** Whether a workload updates its parameters. */
export function updates({ task }: Workload): boolean {
  return task === "regression" || task === "language";
}

/** Lays out the arena of a workload. */
export function layoutWorkload(workload: Workload, drawn: readonly Tensor[]): Places {
  const { task, steps, batch, inputSize, hiddenSize, outputSize, numLayers } = workload;
  const layout = new Layout();
  const spec = stackOf(workload);
  const size = { steps, batch, masked: false };
  const rows = steps * batch;
  const sideBySide = (tensors: readonly Tensor[]): [Map<string, Region>, Region] => {
    const offset = layout.size;
    const places = new Map(tensors.map(({ name, shape }) => {
      return [name, layout.add(shape.reduce((a, b) => a * b, 1))];
    }));
    return [places, { offset, size: layout.size - offset }];
  };
  const parameters = drawn.filter(({ parameter }) => parameter);
  const [weights, weightArea] = sideBySide(parameters);
  const [data] = sideBySide(drawn.filter(({ parameter }) => !parameter));
  if (task === "generation") data.set("ids", layout.add(1));
  if (task === "flow") data.set("target", layout.add(batch * outputSize));
  const [gradients, gradientArea] = sideBySide(task === "generation" ? [] : parameters);
  const moment = (): Region => layout.add(updates(workload) ? weightArea.size : 0);
  const kept = layoutKept(layout, spec, size);
  const state = batch * hiddenSize;
  const states = (): Region[] => Array.from({ length: numLayers }, () => layout.add(state));
  return {
    ...{ weights, weightArea, data, gradients, gradientArea, kept, m: moment(), v: moment() },
    hyper: layout.add(updates(workload) ? CHUNK * HYPER.length : 0),
    x: data.get("x") ?? layout.add(rows * inputSize),
    dX: layout.add(rows * inputSize),
    initial: kept.flatMap(({ directions }) =>
      directions.flatMap(({ h, c }) => c ? [h, c] : [h]).map(({ offset }) => ({
        ...{ offset, size: state },
      }))
    ),
    logits: layout.add(headRows(workload) * outputSize),
    losses: layout.add(CHUNK),
    dOutput: layout.add(rows * hiddenSize),
    ...{ dH: states(), dC: states(), passed: layoutPassed(layout, spec, size) },
    size: layout.size,
  };
}
