/**
 * The forward and backward kernels of stacked recurrent layers. They build a program from the
 * tensors of a call, run it, and copy its results to new tensors.
 *
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs";
import { sizeOf } from "../../core/shapes.ts";
import { cells, type StatePart } from "../cells.ts";
import { currentExecutor } from "../executors.ts";
import { type Command, HYPER, hyperColumn } from "../instructions.ts";
import { Layout, type Program, type Region } from "../program.ts";
import {
  directionsOf,
  type LayerResiduals,
  layoutInterLayerGradients,
  layoutResiduals,
  type StackOffsets,
  type StackSize,
  type StackSpec,
  stateOffsets,
  weightShapes,
} from "../stack.ts";
import { stackBackward, stackForward } from "../stack_commands.ts";
import { type Output, readTensors } from "./kernel.ts";

/** A call of the kernel by tfjs. */
export interface RecurrentCall {
  /**
   * Tensors by name: x, h0, c0, mask, w0, w1, ...; backward also residuals, dOutput, dH and dC.
   */
  readonly inputs: Readonly<Record<string, TensorInfo | undefined>>;
  /** The stack, the seeds of dropout, and whether the residuals are returned. */
  readonly attrs: StackSpec & {
    readonly seeds: readonly number[];
    readonly saveResiduals: boolean;
  };
}

/**
 * Computes the forward pass.
 *
 * @returns The output, the final states by part, and the residuals if `saveResiduals` is set.
 */
export function recurrentForward({ inputs, attrs: spec }: RecurrentCall): TensorInfo[] {
  const call = new CallArena(inputs, spec);
  const { layout, size, replicas } = call;
  const { states } = cells[spec.cell];
  const count = spec.numLayers * directionsOf(spec);
  const finals = states.map((part) => ({ part, region: layout.add(call.region("h0").size) }));
  const commands = [
    ...states.flatMap((part) => call.copyStates("initial", part, call.region(`${part}0`))),
    ...stackForward(spec, size, call.offsets),
    ...finals.flatMap(({ part, region }) => call.copyStates("final", part, region)),
  ];
  const width = spec.hiddenSize * directionsOf(spec);
  const output = {
    offset: call.offsets.residuals.at(-1)?.output ?? 0,
    size: size.steps * size.batch * width,
  };
  const shape = [replicas, count, size.batch, spec.hiddenSize];
  const residuals: Output[] = spec.saveResiduals
    ? [[call.residuals, [replicas, call.residuals.size]]]
    : [];
  // The residuals are by far the largest tensor and are freed first. The residuals are also
  // allocated first, so that small outputs of later calls do not fragment the memory that is freed.
  const found = call.run(commands, [
    ...residuals,
    [output, [replicas, size.steps, size.batch, width]],
    ...finals.map(({ region }) => [region, shape] as const),
  ]);
  return [...found.slice(residuals.length), ...found.slice(0, residuals.length)];
}

/**
 * Computes the backward pass.
 *
 * @returns The gradients of x, of the initial states by part, and of the weights.
 */
export function recurrentBackward({ inputs, attrs: spec }: RecurrentCall): TensorInfo[] {
  const call = new CallArena(inputs, spec);
  const { layout, size, replicas } = call;
  const count = spec.numLayers * directionsOf(spec);
  const each = size.batch * spec.hiddenSize;
  const dStates = cells[spec.cell].states.map((part) => call.region(`d${part.toUpperCase()}`));
  const [dH = [], dC = []] = dStates.map(({ offset }) =>
    Array.from({ length: count }, (_, i) => offset + i * each)
  );
  const weights = weightShapes(spec);
  const dWeights = weights.map(({ shape }) => layout.add(sizeOf(shape)));
  const dX = layout.add(call.region("x").size);
  const commands = stackBackward(spec, size, call.offsets, {
    dOutput: call.region("dOutput").offset,
    dH,
    dC,
    dWeights: dWeights.map(({ offset }) => offset),
    dX: dX.offset,
    interLayer: layoutInterLayerGradients(layout, spec, size),
  });
  const shape = [replicas, count, size.batch, spec.hiddenSize];
  return call.run(commands, [
    [dX, [replicas, size.steps, size.batch, spec.inputSize]],
    ...dStates.map((region) => [region, shape] as const),
    ...dWeights.map((region, i) => [region, [replicas, ...weights[i]?.shape ?? []]] as const),
  ]);
}

/** Returns the layout of the residuals of a replica, with offsets from their beginning. */
export function residualRegions(spec: StackSpec, size: StackSize): LayerResiduals[] {
  return layoutResiduals(new Layout(), spec, size);
}

/** The arena of one call: the inputs, the hyperparameters, the residuals. */
class CallArena {
  readonly layout = new Layout();
  readonly replicas: number;
  readonly size: StackSize;
  /** The region of all residuals. */
  readonly residuals: Region;
  readonly offsets: StackOffsets;
  readonly #inputs: RecurrentCall["inputs"];
  readonly #spec: RecurrentCall["attrs"];
  readonly #regions = new Map<string, Region>();
  readonly #hyper: Region;

  constructor(inputs: RecurrentCall["inputs"], spec: RecurrentCall["attrs"]) {
    const [replicas = 1, steps = 1, batch = 1] = inputs.x?.shape ?? [];
    this.#inputs = inputs;
    this.#spec = spec;
    this.replicas = replicas;
    this.size = { steps, batch, masked: inputs.mask !== undefined };
    for (const [name, tensor] of Object.entries(inputs)) {
      if (tensor === undefined || name === "residuals") continue;
      const count = sizeOf(tensor.shape) / replicas;
      this.#regions.set(name, this.layout.add(count));
    }
    this.#hyper = this.layout.add(HYPER.length);
    const start = this.layout.size;
    const residuals = layoutResiduals(this.layout, spec, this.size);
    this.residuals = { offset: start, size: this.layout.size - start };
    this.#regions.set("residuals", this.residuals);
    this.offsets = {
      x: this.region("x").offset,
      weights: weightShapes(spec).map((_, i) => this.region(`w${i}`).offset),
      mask: inputs.mask ? this.region("mask").offset : -1,
      hyper: this.#hyper.offset,
      residuals,
    };
  }

  /** Returns the region of an input. */
  region(name: string): Region {
    const region = this.#regions.get(name);
    if (region === undefined) throw new Error(`the recurrent kernel lacks its input ${name}`);
    return region;
  }

  /**
   * The commands that copy one part of all initial states into the residuals, or of all final
   * states out of them.
   *
   * @param states The copy [layers * directions, batch, hidden].
   */
  copyStates(which: "initial" | "final", part: StatePart, states: Region): Command[] {
    const count = this.size.batch * this.#spec.hiddenSize;
    return stateOffsets(this.#spec, this.size, this.offsets.residuals)
      .filter((state) => state.part === part)
      .map((state, i): Command => {
        const inside = state[which];
        const outside = states.offset + i * count;
        const [from, to] = which === "initial" ? [outside, inside] : [inside, outside];
        return { op: "load", count, from, stride: 0, to };
      });
  }

  /** Allocates an arena, writes the inputs, runs the commands and reads the outputs. */
  run(commands: Command[], outputs: readonly Output[]): TensorInfo[] {
    const program: Program = { size: this.layout.size, routines: { run: commands } };
    const session = currentExecutor().start(program, this.replicas);
    try {
      for (const [name, tensor] of Object.entries(this.#inputs)) {
        if (tensor) session.writeTensor(this.region(name), tensor);
      }
      if (this.#spec.dropout > 0) session.write(this.#hyper, this.#seedRows());
      session.run("run");
      return readTensors(session, outputs);
    } finally {
      session.dispose();
    }
  }

  /** A row of hyperparameters for each replica, of which only the seeds are set. */
  #seedRows(): Float32Array {
    const { seeds } = this.#spec;
    const width = HYPER.length;
    const rows = new Float32Array(width * this.replicas);
    for (let r = 0; r < this.replicas; r++) {
      const pair = seeds.length === 2 ? 0 : 2 * r;
      rows[r * width + hyperColumn.seedLow] = seeds[pair] ?? 0;
      rows[r * width + hyperColumn.seedHigh] = seeds[pair + 1] ?? 0;
    }
    return rows;
  }
}
