import type { CpuSession } from "../../src/kernels/cpu/executor.ts";
import { type CellKind, cells } from "../../src/kernels/cells.ts";
import { Layout, type Region, type Session } from "../../src/kernels/program.ts";
import { type Command, HYPER, hyperColumn } from "../../src/kernels/instructions.ts";
import {
  layoutInterLayerGradients,
  layoutResiduals,
  type StackSize,
  type StackSpec,
  type StateOffset,
  stateOffsets,
  weightShapes,
} from "../../src/kernels/stack.ts";
import { stackBackward, stackForward } from "../../src/kernels/stack_commands.ts";
import type { Random } from "../../src/core/random.ts";

/** A stack and the sizes of its input. */
export interface StackCase {
  readonly spec: StackSpec;
  readonly size: StackSize;
}

const sizes = [1, 2, 3, 4, 5, 7, 8, 11, 13, 16, 17];

/** Draws a stack: sizes of 1, odd, prime; every cell, option and number of layers. */
export function randomStack(random: Random): StackCase {
  const pick = <T>(from: readonly T[]): T => {
    const found = from[random.integer(0, from.length - 1)];
    if (found === undefined) throw new Error("nothing to pick from");
    return found;
  };
  const numLayers = random.integer(1, 3);
  return {
    spec: {
      cell: pick(Object.keys(cells) as CellKind[]),
      inputSize: pick(sizes),
      hiddenSize: pick(sizes),
      numLayers,
      bidirectional: pick([false, true]),
      bias: pick([true, true, false]),
      dropout: numLayers > 1 ? pick([0, 0, 0.3]) : 0,
    },
    size: { steps: random.integer(1, 7), batch: random.integer(1, 5), masked: pick([true, false]) },
  };
}

/** Builds a program of both passes, with the loss sum(dOutput * output + dH * h + dC * c). */
export function stackProgram({ spec, size }: StackCase) {
  const layout = new Layout();
  const { steps, batch } = size;
  const state = batch * spec.hiddenSize;
  const count = spec.numLayers * (spec.bidirectional ? 2 : 1);
  const width = spec.hiddenSize * (spec.bidirectional ? 2 : 1);
  const many = (n: number, size: number): Region[] =>
    Array.from({ length: n }, () => layout.add(size));
  const cellStates = spec.cell === "lstm" ? count : 0;
  const shapes = weightShapes(spec).map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  const inputs = {
    x: layout.add(steps * batch * spec.inputSize),
    weights: shapes.map((n) => layout.add(n)),
    h0: many(count, state),
    c0: many(cellStates, state),
  };
  const mask = layout.add(steps * batch);
  const hyper = layout.add(HYPER.length);
  const gradients = {
    x: layout.add(inputs.x.size),
    weights: shapes.map((n) => layout.add(n)),
    h0: many(count, state),
    c0: many(cellStates, state),
  };
  const dOutput = layout.add(steps * batch * width);
  const residuals = layoutResiduals(layout, spec, size);
  const offsets = {
    x: inputs.x.offset,
    weights: inputs.weights.map(({ offset }) => offset),
    mask: size.masked ? mask.offset : -1,
    hyper: hyper.offset,
    residuals,
  };
  const states = (wanted: "h" | "c"): StateOffset[] =>
    stateOffsets(spec, size, residuals).filter(({ part }) => part === wanted);
  const final = (part: "h" | "c"): Region[] =>
    states(part).map(({ final }) => ({ offset: final, size: state }));
  const initial = (part: "h" | "c", from: readonly Region[]): Command[] =>
    states(part).map(({ initial: to }, i): Command => {
      return { op: "load", count: state, from: from[i]?.offset ?? -1, stride: 0, to };
    });
  const forward = [
    ...initial("h", inputs.h0),
    ...initial("c", inputs.c0),
    ...stackForward(spec, size, offsets),
  ];
  const backward = stackBackward(spec, size, offsets, {
    dOutput: dOutput.offset,
    dH: gradients.h0.map(({ offset }) => offset),
    dC: gradients.c0.map(({ offset }) => offset),
    dWeights: gradients.weights.map(({ offset }) => offset),
    dX: gradients.x.offset,
    interLayer: layoutInterLayerGradients(layout, spec, size),
  });
  return {
    program: { size: layout.size, routines: { forward, backward } },
    inputs,
    gradients,
    mask,
    hyper,
    dOutput,
    outputs: {
      output: { offset: residuals.at(-1)?.output ?? 0, size: dOutput.size },
      h: final("h"),
      c: final("c"),
    },
  };
}

/** Fills every region that the routines of the stack read with random numbers. */
export function fillStack(
  session: Session,
  { inputs, gradients, mask, hyper, dOutput }: ReturnType<typeof stackProgram>,
  random: Random,
  replicas = 1,
): void {
  const fill = (region: Region, draw: () => number): void =>
    session.write(region, Float32Array.from({ length: region.size * replicas }, draw));
  for (const region of [inputs.x, ...inputs.h0, ...inputs.c0]) fill(region, () => random.normal());
  for (const region of inputs.weights) fill(region, () => random.uniform(-0.7, 0.7));
  for (const region of [dOutput, ...gradients.h0, ...gradients.c0]) {
    fill(region, () => random.normal());
  }
  fill(mask, () => random.integer(0, 3) === 0 ? 0 : 1);
  const row = new Float32Array(HYPER.length * replicas);
  for (let r = 0; r < replicas; r++) {
    row[r * HYPER.length + hyperColumn.seedLow] = random.integer(0, 2 ** 24 - 1);
    row[r * HYPER.length + hyperColumn.seedHigh] = random.integer(0, 2 ** 24 - 1);
  }
  session.write(hyper, row);
}

/** Returns the numbers of several regions of a float64 session. */
export function numbersOf(session: CpuSession, regions: readonly Region[]): number[] {
  return regions.flatMap((region) => session.numbers(region));
}
