import { Random } from "../../src/core/random.ts";
import { type Command, HYPER } from "../../src/kernels/instructions.ts";
import { type Executor, Layout, type Region } from "../../src/kernels/program.ts";

const small = (random: Random): number => random.normal(0, 0.3);
const binary = (random: Random): number => random.integer(0, 2) > 0 ? 1 : 0;
const below = (limit: number) => (random: Random): number => random.integer(0, limit - 1);

/** Returns a product with both biases, into rows with unused numbers at their ends. */
export function gemmCase(
  m: number,
  n: number,
  k: number,
  transposeA: 0 | 1,
  transposeB: 0 | 1,
  accumulate: 0 | 1,
): Case {
  const arena = new Arena();
  const [lda, ldb, ldc] = [(transposeA ? m : k) + 1, (transposeB ? k : n) + 2, n + 3];
  const command: Command = {
    op: "gemm",
    ...{ m, n, k, lda, ldb, ldc, transposeA, transposeB, accumulate },
    a: arena.add("a", (transposeA ? k : m) * lda),
    b: arena.add("b", (transposeB ? n : k) * ldb),
    c: arena.add("c", m * ldc),
    bias: arena.add("bias", accumulate ? -1 : n),
    bias2: arena.add("bias2", accumulate ? -1 : n),
    bias2Count: Math.ceil(n / 2),
  };
  return arena.case(`gemm ${[m, n, k, transposeA, transposeB, accumulate]}`, command);
}

/** The sizes and options of a recurrent layer. */
export interface LayerShape {
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
  readonly reverse?: 0 | 1;
  readonly masked?: boolean;
  readonly output?: boolean;
  readonly relu?: 0 | 1 | 2;
  /** Whether a simple layer has recurrent weights; `true` by default. */
  readonly recurrent?: boolean;
}

/** Returns the forward and the backward scan of a layer; activated gates are from 0.05 to 0.95. */
export function layerCases(cell: "rnn" | "lstm" | "gru", shape: LayerShape): Case[] {
  const { steps, batch, hidden, reverse = 0, masked = false, output = true, relu = 0 } = shape;
  const weights = cell === "rnn" && shape.recurrent === false ? -1 : hidden * hidden;
  const count = { rnn: 1, lstm: 4, gru: 3 }[cell];
  const [rows, states, ldOutput] = [steps * batch, (steps + 1) * batch * hidden, hidden + 1];
  const name = JSON.stringify(shape);
  const common = (arena: Arena, direction: string) => {
    const activated = (random: Random): number => random.uniform(0.05, 0.95);
    const places = {
      ...{ steps, batch, hidden, reverse, ldOutput },
      gates: arena.add(
        "gates",
        rows * count * hidden,
        direction === "backward" && cell !== "rnn" ? activated : undefined,
      ),
      weight: arena.add("weight", count * weights, small),
      h: arena.add("h", states, small),
      mask: arena.add("mask", masked ? rows : -1, binary),
    };
    const c = cell === "lstm" ? arena.add("c", states, small) : -1;
    const recurrentCandidate = cell === "gru"
      ? arena.add("recurrentCandidate", rows * hidden, small)
      : -1;
    return { places, c, recurrentCandidate };
  };
  const [there, back] = [new Arena(), new Arena()];
  const f = common(there, "forward");
  const bias = cell === "gru" ? there.add("bias", masked ? -1 : hidden) : -1;
  const forward = {
    ...f.places,
    output: there.add("output", output ? rows * ldOutput : -1),
  };
  const b = common(back, "backward");
  const backward = {
    ...b.places,
    dOutput: back.add("dOutput", output ? rows * ldOutput : -1),
    dH: back.add("dH", batch * hidden),
  };
  const dC = cell === "lstm" ? back.add("dC", batch * hidden) : -1;
  const commands: Record<typeof cell, [Command, Command]> = {
    rnn: [{ op: "rnnForward", relu, ...forward }, { op: "rnnBackward", relu, ...backward }],
    lstm: [
      { op: "lstmForward", c: f.c, ...forward },
      { op: "lstmBackward", c: b.c, dC, ...backward },
    ],
    gru: [
      { op: "gruForward", recurrentCandidate: f.recurrentCandidate, bias, ...forward },
      { op: "gruBackward", recurrentCandidate: b.recurrentCandidate, ...backward },
    ],
  };
  const [first, second] = commands[cell];
  return [there.case(`${first.op} ${name}`, first), back.case(`${second.op} ${name}`, second)];
}

/** The sizes and options of attention over the steps of sequences. */
export interface AttentionShape {
  readonly steps: number;
  readonly batch: number;
  readonly width: number;
  readonly size: number;
  readonly masked?: boolean;
  /** Whether the weights have a gradient, too. */
  readonly given?: boolean;
}

/** Returns attention forward and backward. The first sequence has masked steps only, if any. */
export function attentionCases(shape: AttentionShape): Case[] {
  const { steps, batch, width, size, masked = false, given = false } = shape;
  const rows = steps * batch;
  const name = JSON.stringify(shape);
  const mask = (random: Random, i: number): number =>
    batch > 1 && i % batch === 0 ? 0 : binary(random);
  const common = (arena: Arena, draw?: (random: Random) => number) => ({
    ...{ steps, batch, width, size },
    projected: arena.add("projected", rows * size, draw),
    query: arena.add("query", size),
    states: arena.add("states", rows * width),
    mask: arena.add("mask", masked ? rows : -1, mask),
    weights: arena.add("weights", rows, (random) => random.uniform(0.05, 0.95)),
    context: arena.add("context", batch * width),
  });
  const [there, back] = [new Arena(), new Arena()];
  const forward: Command = { op: "attentionForward", ...common(there) };
  const backward: Command = {
    op: "attentionBackward",
    ...common(back, (random) => random.uniform(-0.95, 0.95)),
    dContext: back.add("dContext", batch * width),
    dWeights: back.add("dWeights", given ? rows : -1),
    dStates: back.add("dStates", rows * width),
    dQuery: back.add("dQuery", size),
  };
  return [
    there.case(`attentionForward ${name}`, forward),
    back.case(`attentionBackward ${name}`, backward),
  ];
}

/** Returns cases of attention, losses, the optimizer, dropout, sums and moves. */
export function otherCases(): Case[] {
  const cases: Case[] = [
    { steps: 1, batch: 1, width: 1, size: 1 },
    { steps: 7, batch: 3, width: 5, size: 6, masked: true, given: true },
    { steps: 5, batch: 2, width: 9, size: 0, masked: true },
    { steps: 4, batch: 2, width: 6, size: 0 },
    { steps: 23, batch: 17, width: 40, size: 37, masked: true },
    { steps: 3, batch: 5, width: 33, size: 64, given: true },
  ].flatMap(attentionCases);
  const add = (name: string, make: (arena: Arena) => Command): void => {
    const arena = new Arena();
    cases.push(arena.case(name, make(arena)));
  };
  for (const [rows, columns] of [[1, 1], [7, 5], [33, 20], [200, 37]] as const) {
    add(`columnSum ${rows} ${columns}`, (arena) => ({
      op: "columnSum",
      ...{ rows, columns, lda: columns + 1, accumulate: rows % 2 },
      a: arena.add("a", rows * (columns + 1)),
      out: arena.add("out", columns),
    }));
  }
  for (const [rows, width, masked] of [[1, 1, false], [7, 5, true], [90, 60, true]] as const) {
    add(`squaredError ${rows} ${width}`, (arena) => {
      const prediction = arena.add("prediction", rows * width);
      return {
        op: "squaredError",
        ...{ count: rows * width, width, prediction },
        target: arena.add("target", rows * width),
        mask: arena.add("mask", masked ? rows : -1, binary),
        gradient: width === 5 ? arena.add("gradient", rows * width) : prediction,
        loss: arena.add("loss", 3),
      };
    });
  }
  add("squaredError of nothing", (arena) => ({
    op: "squaredError",
    ...{ count: 6, width: 2, gradient: arena.add("gradient", 6) },
    prediction: arena.add("prediction", 6),
    target: arena.add("target", 6),
    mask: arena.add("mask", 3, () => 0),
    loss: arena.add("loss", 3),
  }));
  for (const [rows, classes] of [[1, 1], [5, 7], [300, 41], [3, 1000]] as const) {
    add(`crossEntropy ${rows} ${classes}`, (arena) => ({
      op: "crossEntropy",
      ...{ rows, classes, ignore: -100 },
      logits: arena.add("logits", rows * classes, (random) => random.normal(50, 10)),
      targets: arena.add(
        "targets",
        rows,
        (random, i) => i % 4 === 3 ? -100 : random.integer(0, classes - 1),
      ),
      loss: arena.add("loss", 3),
    }));
  }
  for (const [rows, width, vocabulary] of [[1, 1, 1], [13, 5, 7], [100, 32, 11]] as const) {
    add(`gather ${rows}`, (arena) => ({
      op: "gather",
      ...{ rows, width },
      ids: arena.add("ids", rows, below(vocabulary)),
      table: arena.add("table", vocabulary * width),
      output: arena.add("output", rows * width),
    }));
    add(`gatherGradient ${rows}`, (arena) => ({
      op: "gatherGradient",
      ...{ rows, width, vocabulary, padding: rows > 1 ? 2 : -1 },
      ids: arena.add("ids", rows, below(vocabulary)),
      gradient: arena.add("gradient", rows * width),
      dTable: arena.add("dTable", vocabulary * width),
    }));
  }
  for (
    const [count, maxNorm, normed] of [[1, 0, true], [37, 0.5, true], [7001, 0, false]] as const
  ) {
    add(`adam ${count}`, (arena) => ({
      op: "adam",
      count,
      parameters: arena.add("parameters", count),
      gradients: arena.add("gradients", count, small),
      m: arena.add("m", count, small),
      v: arena.add("v", count, (random) => random.uniform(0.01, 1)),
      hyper: arena.add("hyper", 3 * HYPER.length, (random, i) => hyper(random, i, maxNorm)),
      norm: arena.add("norm", normed ? 3 : -1),
    }));
  }
  for (const keep of [0, 1, 2 ** 23, 2 ** 24]) {
    add(`dropout ${keep}`, (arena) => ({
      op: "dropout",
      ...{ count: 101, keep, stream: 5 },
      x: arena.add("x", 101),
      y: arena.add("y", 101),
      hyper: arena.add("hyper", 3 * HYPER.length, (random, i) => hyper(random, i, 0)),
    }));
  }
  for (const [rows, width] of [[1, 1], [5, 3], [9, 40]] as const) {
    add(`copyRows ${rows} ${width}`, (arena) => ({
      op: "copyRows",
      ...{ rows, width, ldFrom: width + 1, ldTo: 2 * width },
      from: arena.add("from", rows * (width + 1)),
      to: arena.add("to", rows * 2 * width),
    }));
  }
  for (const count of [1, 4, 7, 301]) {
    const two = (arena: Arena) => ({
      from: arena.add("from", 3 * count),
      to: arena.add("to", 3 * count),
    });
    add(`load ${count}`, (arena) => ({ op: "load", count, stride: count, ...two(arena) }));
    add(`store ${count}`, (arena) => ({ op: "store", count, stride: count, ...two(arena) }));
    add(`clear ${count}`, (arena) => ({ op: "clear", count, to: two(arena).to }));
    add(`add ${count}`, (arena) => ({ op: "add", count, ...two(arena) }));
  }
  return cases;
}

function hyper(random: Random, i: number, maxNorm: number): number {
  const seed = random.integer(0, 2 ** 24 - 1);
  const row = [0.01, 1.5, 0.9, 0.1, 0.999, 0.001, 1e-8, 0.99, 0.1, maxNorm, seed, seed];
  return row[i % HYPER.length] ?? 0;
}

/** One command in an arena of its own, with the initial numbers of the arena. */
export interface Case {
  readonly name: string;
  readonly command: Command;
  readonly size: number;
  readonly regions: Readonly<Record<string, Region>>;
  /** Returns the initial arenas of `replicas` networks: [replicas, size]. */
  values(replicas: number): Float32Array;
}

/** Runs a case and returns the arenas [replicas, size]. */
export async function runCase(
  executor: Executor,
  { command, size, values }: Case,
  replicas: number,
  steps = 1,
  first = 0,
): Promise<Float32Array> {
  const session = executor.start({ size, routines: { run: [command] } }, replicas);
  const all = { offset: 0, size };
  session.write(all, values(replicas));
  session.run("run", steps, first);
  const found = await session.read(all);
  session.dispose();
  return found;
}

/** Lays out regions by name, and draws their numbers. */
export class Arena {
  readonly layout = new Layout();
  readonly regions: Record<string, Region> = {};
  readonly #draws: [Region, (random: Random, i: number) => number][] = [];

  /** Adds a region and returns its offset; returns -1 if `size` is -1. */
  add(name: string, size: number, draw = (random: Random, _i: number) => random.normal()): number {
    if (size < 0) return -1;
    const region = this.layout.add(size);
    this.regions[name] = region;
    this.#draws.push([region, draw]);
    return region.offset;
  }

  /** Returns the case of a command in this arena. */
  case(name: string, command: Command): Case {
    const { size } = this.layout;
    const [regions, draws] = [this.regions, this.#draws];
    const values = (replicas: number): Float32Array => {
      const all = new Float32Array(size * replicas);
      for (let r = 0; r < replicas; r++) {
        const random = new Random(7).fork(name).fork(r);
        for (const [region, draw] of draws) {
          for (let i = 0; i < region.size; i++) {
            all[r * size + region.offset + i] = draw(random, i);
          }
        }
      }
      return all;
    };
    return { name, command, size, regions, values };
  }
}
