import type { Command } from "../../src/kernels/instructions.ts";
import type { Region } from "../../src/kernels/program.ts";
import { stackForward } from "../../src/kernels/stack.ts";
import { stackBackward } from "../../src/kernels/stack_gradient.ts";
import { stackOf } from "./data.ts";
import { headRows, type Places, updates } from "./ours_layout.ts";
import type { Workload } from "./workload.ts";

/** The commands of one step of a workload. */
export function writeStep(workload: Workload, places: Places): Command[] {
  const { task, steps, batch, inputSize, hiddenSize, outputSize, vocabulary } = workload;
  const { weights, gradients, data, x, dX, kept } = places;
  const rows = steps * batch;
  const spec = stackOf(workload);
  const size = { steps, batch, masked: false };
  const names = [...weights.keys()].filter((name) => name.startsWith("rnn."));
  const offsets = (map: ReadonlyMap<string, Region>): number[] => names.map((n) => at(map, n));
  const stack = { x: x.offset, weights: offsets(weights), mask: -1, hyper: -1, kept };
  const ids = at(data, "ids");
  const commands: Command[] = [];
  if (vocabulary > 0) {
    const table = at(weights, "embedding.weight");
    commands.push({ op: "embedding", rows, width: inputSize, ids, table, output: x.offset });
  }
  commands.push(...stackForward(spec, size, stack));
  if (outputSize > 0) commands.push(headForward(workload, places));
  if (task === "generation") return [...commands, ...carryStates(places, batch * hiddenSize)];

  const dH = places.dH.map(({ offset }) => offset);
  const dC = places.dC.map(({ offset }) => offset);
  for (const to of [...dH, ...dC]) commands.push({ op: "clear", count: batch * hiddenSize, to });
  // A loss on the last step alone needs no gradient of the output: the last state has its own.
  const last = task === "flow" ? dH.at(-1) : undefined;
  if (outputSize > 0) {
    commands.push(loss(workload, places));
    commands.push(...headBackward(workload, places, last ?? places.dOutput.offset));
  }
  const backward = {
    ...{ dH, dC, dWeights: offsets(gradients), dX: task === "regression" ? -1 : dX.offset },
    dOutput: last === undefined ? places.dOutput.offset : -1,
  };
  commands.push(...stackBackward(spec, size, stack, backward, places.passed));
  if (vocabulary > 0) {
    commands.push({
      ...{ op: "embeddingGradient", rows, width: inputSize, vocabulary, ids, padding: 0 },
      ...{ gradient: dX.offset, dTable: at(gradients, "embedding.weight") },
    });
  }
  if (updates(workload)) {
    commands.push({
      ...{ op: "adam", count: places.weightArea.size, parameters: places.weightArea.offset },
      ...{ gradients: places.gradientArea.offset, m: places.m.offset, v: places.v.offset },
      ...{ hyper: places.hyper.offset, norm: -1 },
    });
  }
  return commands;
}

function at(map: ReadonlyMap<string, Region>, name: string): number {
  return map.get(name)?.offset ?? -1;
}

/** The rows of the last layer's output that the head reads. */
function headInput(workload: Workload, { kept }: Places): number {
  const skipped = workload.steps * workload.batch - headRows(workload);
  return (kept.at(-1)?.output ?? 0) + skipped * workload.hiddenSize;
}

function headForward(workload: Workload, places: Places): Command {
  const { hiddenSize: k, outputSize: n } = workload;
  return {
    ...{ op: "gemm", m: headRows(workload), n, k, accumulate: 0, bias2: -1, bias2Count: 0 },
    ...{ a: headInput(workload, places), lda: k, transposeA: 0 },
    ...{ b: at(places.weights, "head.weight"), ldb: k, transposeB: 1 },
    ...{ c: places.logits.offset, ldc: n, bias: at(places.weights, "head.bias") },
  };
}

function headBackward(workload: Workload, places: Places, dInput: number): Command[] {
  const { hiddenSize: width, outputSize: n } = workload;
  const rows = headRows(workload);
  const { weights, gradients, logits: { offset: d } } = places;
  const plain = { accumulate: 0, bias: -1, bias2: -1, bias2Count: 0 };
  const input = headInput(workload, places);
  return [
    {
      ...{ op: "gemm", m: n, n: width, k: rows, a: d, lda: n, transposeA: 1, transposeB: 0 },
      ...{ b: input, ldb: width, c: at(gradients, "head.weight"), ldc: width, ...plain },
    },
    {
      ...{ op: "columnSum", rows, columns: n, a: d, lda: n, accumulate: 0 },
      out: at(gradients, "head.bias"),
    },
    {
      ...{ op: "gemm", m: rows, n: width, k: n, a: d, lda: n, transposeA: 0, transposeB: 0 },
      ...{ b: at(weights, "head.weight"), ldb: width, c: dInput, ldc: width, ...plain },
    },
  ];
}

function loss({ task, outputSize: width }: Workload, places: Places): Command {
  const { offset: logits, size: count } = places.logits;
  const { offset: into } = places.losses;
  if (task === "language") {
    const targets = at(places.data, "targets");
    const rows = count / width;
    return { op: "crossEntropy", rows, classes: width, logits, targets, ignore: 0, loss: into };
  }
  return {
    ...{ op: "squaredError", count, width, prediction: logits, gradient: logits, mask: -1 },
    ...{ target: at(places.data, "target"), loss: into },
  };
}

/** The last state becomes the first of the next token. */
function carryStates({ kept }: Places, state: number): Command[] {
  return kept.flatMap(({ directions }) =>
    directions.flatMap(({ h, c }) => c ? [h, c] : [h]).map(({ offset }): Command => ({
      ...{ op: "load", count: state, from: offset + state, stride: 0, to: offset },
    }))
  );
}
