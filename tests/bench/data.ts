import { Random } from "../../src/core/random.ts";
import { weightShapes } from "../../src/kernels/stack.ts";
import type { Workload } from "./workload.ts";

/** A tensor that a workload starts from. */
export interface Tensor {
  /** PyTorch's name of a parameter; `x`, `target`, `ids` or `targets` of data. */
  readonly name: string;
  /** Its shape in one network. */
  readonly shape: readonly number[];
  /** Whether it is trained. */
  readonly parameter: boolean;
  /** Its numbers [replicas, ...shape]; ids are integers held as floats. */
  readonly values: Float32Array;
}

/** The stack of recurrent layers of a workload. */
export function stackOf({ cell, inputSize, hiddenSize, numLayers }: Workload) {
  return {
    ...{ cell, inputSize, hiddenSize, numLayers },
    ...{ bidirectional: false, bias: true, dropout: 0 },
  } as const;
}

/** Draws the tensors of a workload, parameters first, the same in every run. */
export function drawTensors(workload: Workload): Tensor[] {
  const { task, replicas, steps, batch, inputSize, hiddenSize, outputSize, vocabulary } = workload;
  const random = new Random(1).fork(workload.id);
  const uniform = (
    name: string,
    shape: readonly number[],
    bound: number,
    parameter = true,
  ): Tensor => ({
    ...{ name, shape, parameter },
    values: random.fork(name).array(
      replicas * shape.reduce((a, b) => a * b, 1),
      (r) => r.uniform(-bound, bound),
    ),
  });
  const bound = 1 / Math.sqrt(hiddenSize);
  const tensors: Tensor[] = [];
  if (vocabulary > 0) {
    const table = uniform("embedding.weight", [vocabulary, inputSize], 1);
    table.values.fill(0, 0, inputSize);
    tensors.push(table);
  }
  for (const { name, shape } of weightShapes(stackOf(workload))) {
    tensors.push(uniform(`rnn.${name}`, shape, bound));
  }
  if (outputSize > 0) {
    tensors.push(uniform("head.weight", [outputSize, hiddenSize], bound));
    tensors.push(uniform("head.bias", [outputSize], bound));
  }
  if (task === "language") tensors.push(...drawTokens(workload, random));
  else if (vocabulary > 0) tensors.push(firstTokens(workload));
  else tensors.push(uniform("x", [steps, batch, inputSize], 1, false));
  if (task === "regression") {
    tensors.push(uniform("target", [steps, batch, outputSize], 1, false));
  }
  return tensors;
}

/** What each row is generated from [1, batch]: another token in each, so that none is its neighbour. */
function firstTokens({ batch, vocabulary }: Workload): Tensor {
  const values = Float32Array.from({ length: batch }, (_, b) => 1 + b % (vocabulary - 1));
  return { name: "ids", shape: [1, batch], parameter: false, values };
}

/** Token ids and the tokens after them [steps, batch], the later half of each ending in padding. */
function drawTokens({ steps, batch, vocabulary }: Workload, random: Random): Tensor[] {
  const lengths = random.fork("lengths");
  const draw = random.fork("tokens");
  const ids = new Float32Array(steps * batch);
  const targets = new Float32Array(steps * batch);
  for (let b = 0; b < batch; b++) {
    const length = lengths.integer(Math.ceil(steps / 2), steps);
    let next = draw.integer(1, vocabulary - 1);
    for (let t = 0; t < length; t++) {
      ids[t * batch + b] = next;
      next = draw.integer(1, vocabulary - 1);
      targets[t * batch + b] = next;
    }
  }
  const shape = [steps, batch];
  return [
    { name: "ids", shape, parameter: false, values: ids },
    { name: "targets", shape, parameter: false, values: targets },
  ];
}
