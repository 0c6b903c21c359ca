/**
 * The scans of the recurrent cells and their gradients.
 *
 * @module
 */
import type { BackwardFields } from "../cells.ts";
import type { Fields } from "../instructions.ts";
import { addTransposedProduct, type Arena, at, dot } from "./linear_algebra.ts";

/** One example at one step of a scan. */
interface ScanStep {
  /** The row in regions [steps, batch, ...]. */
  readonly row: number;
  /** The row of the state before the step in regions [steps + 1, batch, ...]. */
  readonly before: number;
  /** The row of the state after the step. */
  readonly after: number;
  /** The index of the example. */
  readonly example: number;
  /** Whether the step counts, that is, is not masked. */
  readonly counts: boolean;
}

/**
 * Iterates over steps and examples: in the order of a forward pass, or in the reverse order for a
 * backward pass.
 */
function* scan(
  arena: Arena,
  { steps, batch, reverse, mask }: Pick<BackwardFields, "steps" | "batch" | "reverse" | "mask">,
  pass: "forward" | "backward",
): Generator<ScanStep> {
  for (let s = 0; s < steps; s++) {
    const descending = (reverse === 1) !== (pass === "backward");
    const t = descending ? steps - 1 - s : s;
    for (let example = 0; example < batch; example++) {
      const row = t * batch + example;
      const next = row + batch;
      yield {
        row,
        before: reverse === 1 ? next : row,
        after: reverse === 1 ? row : next,
        example,
        counts: mask < 0 || at(arena, mask + row) !== 0,
      };
    }
  }
}

/**
 * Returns the gradient with respect to unit `j` of the state after a step, which is the sum of the
 * gradients from the next step and from the output.
 */
function stateGradient(
  arena: Arena,
  f: Pick<BackwardFields, "dH" | "dOutput" | "ldOutput" | "hidden">,
  { row, example }: ScanStep,
  j: number,
): number {
  const dOutput = f.dOutput < 0 ? 0 : at(arena, f.dOutput + row * f.ldOutput + j);
  return at(arena, f.dH + example * f.hidden + j) + dOutput;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The instruction `rnnForward`. */
export function rnnForward(arena: Arena, f: Fields<"rnnForward">): void {
  const { hidden } = f;
  for (const { row, before, after, counts } of scan(arena, f, "forward")) {
    const [last, next] = [f.h + before * hidden, f.h + after * hidden];
    for (let j = 0; j < hidden; j++) {
      let value = at(arena, last + j);
      if (counts) {
        const input = at(arena, f.gates + row * hidden + j);
        const recurrent = f.weight < 0 ? 0 : dot(arena, f.weight + j * hidden, last, hidden);
        value = activate(input + recurrent, f.relu);
      }
      arena[next + j] = value;
      if (f.output >= 0) arena[f.output + row * f.ldOutput + j] = counts ? value : 0;
    }
  }
}

/** The instruction `rnnBackward`. */
export function rnnBackward(arena: Arena, f: Fields<"rnnBackward">): void {
  const { hidden } = f;
  for (const step of scan(arena, f, "backward")) {
    const [dH, gates] = [f.dH + step.example * hidden, f.gates + step.row * hidden];
    if (!step.counts) {
      arena.fill(0, gates, gates + hidden);
      continue;
    }
    const sums: number[] = [];
    for (let j = 0; j < hidden; j++) {
      const h = at(arena, f.h + step.after * hidden + j);
      sums.push(activationGradient(stateGradient(arena, f, step, j), h, f.relu));
    }
    sums.forEach((value, j) => arena[gates + j] = value);
    arena.fill(0, dH, dH + hidden);
    if (f.weight >= 0) addTransposedProduct(arena, dH, f.weight, sums, hidden);
  }
}

function activate(sum: number, relu: number): number {
  if (relu === 0) return Math.tanh(sum);
  return relu === 1 ? Math.max(0, sum) : sum;
}

/**
 * Returns the gradient with respect to the sum, from the gradient `d` and the value `h` of the
 * activation.
 */
function activationGradient(d: number, h: number, relu: number): number {
  if (relu === 0) return d * (1 - h * h);
  // As in PyTorch, a NaN in h does not change d.
  return relu === 1 && h <= 0 ? 0 : d;
}

/** The instruction `lstmForward`. */
export function lstmForward(arena: Arena, f: Fields<"lstmForward">): void {
  const { hidden } = f;
  for (const { row, before, after, counts } of scan(arena, f, "forward")) {
    const gates = f.gates + row * 4 * hidden;
    const sum = (gate: number, j: number): number => {
      const unit = gate * hidden + j;
      const recurrent = dot(arena, f.weight + unit * hidden, f.h + before * hidden, hidden);
      return at(arena, gates + unit) + recurrent;
    };
    for (let j = 0; j < hidden; j++) {
      const i = sigmoid(sum(0, j));
      const forget = sigmoid(sum(1, j));
      const g = Math.tanh(sum(2, j));
      const o = sigmoid(sum(3, j));
      const last = at(arena, f.c + before * hidden + j);
      const c = counts ? forget * last + i * g : last;
      const h = counts ? o * Math.tanh(c) : at(arena, f.h + before * hidden + j);
      [i, forget, g, o].forEach((value, gate) => arena[gates + gate * hidden + j] = value);
      arena[f.c + after * hidden + j] = c;
      arena[f.h + after * hidden + j] = h;
      if (f.output >= 0) arena[f.output + row * f.ldOutput + j] = counts ? h : 0;
    }
  }
}

/** The instruction `lstmBackward`. */
export function lstmBackward(arena: Arena, f: Fields<"lstmBackward">): void {
  const { hidden } = f;
  for (const step of scan(arena, f, "backward")) {
    const gates = f.gates + step.row * 4 * hidden;
    const [dH, dC] = [f.dH + step.example * hidden, f.dC + step.example * hidden];
    if (!step.counts) {
      arena.fill(0, gates, gates + 4 * hidden);
      continue;
    }
    for (let j = 0; j < hidden; j++) {
      const [i = 0, forget = 0, g = 0, o = 0] = [0, 1, 2, 3].map((gate) =>
        at(arena, gates + gate * hidden + j)
      );
      const last = at(arena, f.c + step.before * hidden + j);
      const tanhC = Math.tanh(at(arena, f.c + step.after * hidden + j));
      const dh = stateGradient(arena, f, step, j);
      const dc = at(arena, dC + j) + dh * o * (1 - tanhC * tanhC);
      arena[gates + j] = dc * g * i * (1 - i);
      arena[gates + hidden + j] = dc * last * forget * (1 - forget);
      arena[gates + 2 * hidden + j] = dc * i * (1 - g * g);
      arena[gates + 3 * hidden + j] = dh * tanhC * o * (1 - o);
      arena[dC + j] = dc * forget;
    }
    arena.fill(0, dH, dH + hidden);
    const sums = Array.from(arena.subarray(gates, gates + 4 * hidden));
    addTransposedProduct(arena, dH, f.weight, sums, hidden);
  }
}

/** The instruction `gruForward`. */
export function gruForward(arena: Arena, f: Fields<"gruForward">): void {
  const { hidden } = f;
  for (const { row, before, after, counts } of scan(arena, f, "forward")) {
    const gates = f.gates + row * 3 * hidden;
    const recurrent = (gate: number, j: number): number =>
      dot(arena, f.weight + (gate * hidden + j) * hidden, f.h + before * hidden, hidden);
    for (let j = 0; j < hidden; j++) {
      const r = sigmoid(at(arena, gates + j) + recurrent(0, j));
      const z = sigmoid(at(arena, gates + hidden + j) + recurrent(1, j));
      const candidate = recurrent(2, j) + (f.bias < 0 ? 0 : at(arena, f.bias + j));
      const n = Math.tanh(at(arena, gates + 2 * hidden + j) + r * candidate);
      const last = at(arena, f.h + before * hidden + j);
      const h = counts ? (1 - z) * n + z * last : last;
      [r, z, n].forEach((value, gate) => arena[gates + gate * hidden + j] = value);
      arena[f.recurrentCandidate + row * hidden + j] = candidate;
      arena[f.h + after * hidden + j] = h;
      if (f.output >= 0) arena[f.output + row * f.ldOutput + j] = counts ? h : 0;
    }
  }
}

/** The instruction `gruBackward`. */
export function gruBackward(arena: Arena, f: Fields<"gruBackward">): void {
  const { hidden } = f;
  for (const step of scan(arena, f, "backward")) {
    const gates = f.gates + step.row * 3 * hidden;
    const [dH, candidates] = [
      f.dH + step.example * hidden,
      f.recurrentCandidate + step.row * hidden,
    ];
    if (!step.counts) {
      arena.fill(0, gates, gates + 3 * hidden);
      arena.fill(0, candidates, candidates + hidden);
      continue;
    }
    const sums: number[] = Array(3 * hidden).fill(0);
    for (let j = 0; j < hidden; j++) {
      const [r = 0, z = 0, n = 0] = [0, 1, 2].map((gate) => at(arena, gates + gate * hidden + j));
      const last = at(arena, f.h + step.before * hidden + j);
      const dh = stateGradient(arena, f, step, j);
      const dn = dh * (1 - z) * (1 - n * n);
      const dr = dn * at(arena, candidates + j) * r * (1 - r);
      const dz = dh * (last - n) * z * (1 - z);
      arena[gates + j] = dr;
      arena[gates + hidden + j] = dz;
      arena[gates + 2 * hidden + j] = dn;
      arena[candidates + j] = dn * r;
      arena[dH + j] = dh * z;
      sums[j] = dr;
      sums[hidden + j] = dz;
      sums[2 * hidden + j] = dn * r;
    }
    addTransposedProduct(arena, dH, f.weight, sums, hidden);
  }
}
