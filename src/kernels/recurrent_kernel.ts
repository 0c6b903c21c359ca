import type * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../core/shapes.ts";
import { currentExecutor } from "./executors.ts";
import { HYPER, hyperColumn } from "./hyper.ts";
import type { Command } from "./instructions.ts";
import { Layout, type Program, type Region } from "./program.ts";
import { type Output, readTensors } from "./run_once.ts";
import {
  type KeptLayer,
  layoutKept,
  slots,
  type StackPlaces,
  type StackSize,
  type StackSpec,
  weightShapes,
} from "./stack.ts";
import { stackForward } from "./stack_forward.ts";
import { layoutPassed, stackBackward } from "./stack_gradient.ts";

/** A call of the kernel, as tfjs makes it. */
export interface RecurrentCall {
  /** By name: x, h0, c0, mask, w0, w1, ...; backwards also kept, dOutput, dHidden, dCell. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo | undefined>>;
  /** The stack, the seeds of dropout, and whether what a backward pass needs is given too. */
  readonly attrs: StackSpec & { readonly seeds: readonly number[]; readonly keep: boolean };
}

/** The forward kernel: gives output, last states, for an LSTM last cell states, and what is kept. */
export function recurrentForward({ inputs, attrs: spec }: RecurrentCall): tf.TensorInfo[] {
  const plan = new Plan(inputs, spec);
  const { layout, states, size, replicas } = plan;
  const hN = layout.add(states);
  const cN = inputs.c0 ? layout.add(states) : null;
  const commands = [
    ...plan.moveStates("initial", "h", plan.region("h0")),
    ...(inputs.c0 ? plan.moveStates("initial", "c", plan.region("c0")) : []),
    ...stackForward(spec, size, plan.places),
    ...plan.moveStates("final", "h", hN),
    ...(cN ? plan.moveStates("final", "c", cN) : []),
  ];
  const width = spec.hiddenSize * (spec.bidirectional ? 2 : 1);
  const output = {
    offset: plan.places.kept.at(-1)?.output ?? 0,
    size: size.steps * size.batch * width,
  };
  const state = [replicas, states / (size.batch * spec.hiddenSize), size.batch, spec.hiddenSize];
  const kept: Output[] = spec.keep ? [[plan.kept, [replicas, plan.kept.size]]] : [];
  // What is kept is the largest by far, and is freed first: it is made first, so that the outputs of
  // many calls do not lie in the gaps that it leaves.
  const found = plan.run(commands, [
    ...kept,
    [output, [replicas, size.steps, size.batch, width]],
    [hN, state],
    ...(cN ? [[cN, state] as const] : []),
  ]);
  return [...found.slice(kept.length), ...found.slice(0, kept.length)];
}

/** The backward kernel: gives the gradients of x, h0, c0 and the weights, in this order. */
export function recurrentBackward({ inputs, attrs: spec }: RecurrentCall): tf.TensorInfo[] {
  const plan = new Plan(inputs, spec);
  const { layout, size, replicas } = plan;
  const states = spec.numLayers * (spec.bidirectional ? 2 : 1);
  const each = size.batch * spec.hiddenSize;
  const parts = (region: Region | undefined): number[] =>
    region ? Array.from({ length: states }, (_, i) => region.offset + i * each) : [];
  const weights = weightShapes(spec);
  const dWeights = weights.map(({ shape }) => layout.add(sizeOf(shape)));
  const dX = layout.add(plan.region("x").size);
  const dCell = inputs.dCell ? plan.region("dCell") : undefined;
  const commands = stackBackward(spec, size, plan.places, {
    dOutput: plan.region("dOutput").offset,
    dH: parts(plan.region("dHidden")),
    dC: parts(dCell),
    dWeights: dWeights.map(({ offset }) => offset),
    dX: dX.offset,
  }, layoutPassed(layout, spec, size));
  const state = [replicas, states, size.batch, spec.hiddenSize];
  return plan.run(commands, [
    [dX, [replicas, size.steps, size.batch, spec.inputSize]],
    [plan.region("dHidden"), state],
    ...(dCell ? [[dCell, state] as const] : []),
    ...dWeights.map((region, i) => [region, [replicas, ...weights[i]?.shape ?? []]] as const),
  ]);
}

/** Where a replica's kept buffer holds what, by layer and direction; offsets from its beginning. */
export function keptRegions(spec: StackSpec, size: StackSize): KeptLayer[] {
  return layoutKept(new Layout(), spec, size);
}

/** The arena of one call: its inputs first, then what the forward pass keeps. */
class Plan {
  readonly layout = new Layout();
  readonly replicas: number;
  readonly size: StackSize;
  /** Numbers of all states of a replica. */
  readonly states: number;
  /** All that is kept. */
  readonly kept: Region;
  readonly places: StackPlaces;
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
      if (tensor === undefined || name === "kept") continue;
      const count = sizeOf(tensor.shape) / replicas;
      this.#regions.set(name, this.layout.add(count));
    }
    this.states = this.region("h0").size;
    this.#hyper = this.layout.add(HYPER.length);
    const start = this.layout.size;
    const kept = layoutKept(this.layout, spec, this.size);
    this.kept = { offset: start, size: this.layout.size - start };
    this.#regions.set("kept", this.kept);
    this.places = {
      x: this.region("x").offset,
      weights: weightShapes(spec).map((_, i) => this.region(`w${i}`).offset),
      mask: inputs.mask ? this.region("mask").offset : -1,
      hyper: this.#hyper.offset,
      kept,
    };
  }

  /** The region of an input. */
  region(name: string): Region {
    const region = this.#regions.get(name);
    if (region === undefined) throw new Error(`the recurrent kernel lacks its input ${name}`);
    return region;
  }

  /** Copies all initial states into their slots, or the final ones out. */
  moveStates(which: "initial" | "final", part: "h" | "c", states: Region): Command[] {
    const count = this.size.batch * this.#spec.hiddenSize;
    return this.places.kept.flatMap(({ directions }, layer) =>
      directions.map((kept, direction) => {
        const slot = (kept[part]?.offset ?? 0) +
          slots(this.size, this.#spec.hiddenSize, direction)[which];
        const outside = states.offset + (layer * directions.length + direction) * count;
        const [from, to] = which === "initial" ? [outside, slot] : [slot, outside];
        return { op: "load" as const, count, from, stride: 0, to };
      })
    );
  }

  /** Fills an arena with the inputs, runs the commands and reads what is wanted. */
  run(commands: Command[], outputs: readonly Output[]): tf.TensorInfo[] {
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

  /** A row of hyperparameters for each replica, with nothing but its seeds. */
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
