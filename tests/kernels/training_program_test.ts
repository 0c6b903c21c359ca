import { assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { type CellKind, cells } from "../../src/kernels/cells.ts";
import { cpuExecutor } from "../../src/kernels/cpu/executor.ts";
import { HYPER, hyperColumn } from "../../src/kernels/instructions.ts";
import {
  type NetworkLoss,
  networkShapes,
  type NetworkSpec,
  type Readout,
  scoreSize,
} from "../../src/kernels/network.ts";
import {
  layoutTraining,
  RING,
  trainingProgram,
  type TrainingSize,
} from "../../src/kernels/training_program.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const stack: NetworkSpec["stack"] = {
  ...{ cell: "gru", inputSize: 3, hiddenSize: 4, numLayers: 2 },
  ...{ bidirectional: false, bias: true, dropout: 0 },
};
const spec: NetworkSpec = {
  stack,
  embedding: null,
  dropout: 0,
  head: { outFeatures: 3, bias: true, tied: false },
  readout: "all",
};
const embedding = { vocabulary: 6, padding: 0 };
/** Without a padding: its row would have the gradient of the head only. */
const table = { vocabulary: 6, padding: null };
const tied = { outFeatures: 6, bias: true, tied: true };
const squared: NetworkLoss = { kind: "squaredError" };
const classes: NetworkLoss = { kind: "crossEntropy", ignoreIndex: 0 };
const size: TrainingSize = { steps: 3, batch: 2, masked: false, capacity: 2 };

/** A network in float64 with a learning rate of 0 and random batches. */
function still(spec: NetworkSpec, loss: NetworkLoss, size: TrainingSize, seed = 1) {
  const { program, layout } = trainingProgram(spec, loss, size);
  const session = cpuExecutor({ precision: "float64" }).start(program, 1);
  const random = new Random(seed);
  const draw = (count: number, of: () => number): number[] => Array.from({ length: count }, of);
  const values = draw(layout.parameters.size, () => random.normal(0, 0.5));
  if (spec.embedding?.padding === 0) values.fill(0, 0, spec.stack.inputSize);
  const { x, target, mask, counts } = layout;
  const id = (): number => random.integer(0, (spec.embedding?.vocabulary ?? 1) - 1);
  // The first id is the padding if there is one.
  const xs = spec.embedding
    ? draw(x.all.size, id).with(0, spec.embedding.padding ?? 0)
    : draw(x.all.size, () => random.normal());
  const last = counts.outWidth - 1;
  // The first target always counts, so that the mean exists.
  const targets = loss.kind === "crossEntropy"
    ? draw(target.all.size, () => random.integer(0, last)).with(0, last)
    : draw(target.all.size, () => random.normal());
  session.write(layout.parameters, values);
  session.write(x.all, xs);
  session.write(target.all, targets);
  session.write(
    mask.all,
    draw(mask.all.size, () => random.integer(0, 2) > 0 ? 1 : 0).fill(1, 0, 1),
  );
  const hyper: Partial<Record<(typeof HYPER)[number], number>> = {
    ...{ decay: 1, epsilon: 1, seedLow: 5, seedHigh: 6 },
  };
  const row = HYPER.map((name) => hyper[name] ?? 0);
  session.write(layout.hyper, Array.from({ length: RING }, () => row).flat());
  const run = (routine: "fresh" | "continue", steps = 1): number[] => {
    session.run(routine, steps);
    return session.numbers({ offset: layout.losses.offset, size: steps });
  };
  return { session, layout, values, xs, targets, run };
}

const networks: Record<string, [NetworkSpec, NetworkLoss, Partial<TrainingSize>]> = {
  "a GRU with a head, squared error": [spec, squared, {}],
  "without a bias of the head": [
    { ...spec, head: { outFeatures: 3, bias: false, tied: false } },
    squared,
    {},
  ],
  "without a head, masked": [{ ...spec, head: null }, squared, { masked: true }],
  "ids, classes, dropout everywhere": [
    { ...spec, embedding, dropout: 0.4, stack: { ...stack, cell: "lstm", dropout: 0.4 } },
    classes,
    {},
  ],
  "both directions, masked, dropout before the head": [
    { ...spec, dropout: 0.4, stack: { ...stack, bidirectional: true } },
    squared,
    { masked: true },
  ],
  "the last state of an LSTM, classes": [
    { ...spec, readout: "last", stack: { ...stack, cell: "lstm" } },
    classes,
    {},
  ],
  "a head tied to the table, dropout everywhere": [
    {
      ...{ ...spec, embedding: table, dropout: 0.4, head: tied },
      stack: { ...stack, cell: "lstm", inputSize: 4, dropout: 0.4 },
    },
    classes,
    {},
  ],
  "a head tied to the table, the last state of ids, masked": [
    {
      ...{ ...spec, embedding: table, readout: "last", head: { ...tied, bias: false } },
      stack: { ...stack, inputSize: 4 },
    },
    classes,
    { masked: true },
  ],
  "the last states of both directions, masked": [
    { ...spec, readout: "last", stack: { ...stack, bidirectional: true } },
    squared,
    { masked: true },
  ],
  "the last states of both directions of an LSTM without a head, dropped": [
    {
      ...{ ...spec, readout: "last", dropout: 0.4, head: null },
      stack: { ...stack, cell: "lstm", bidirectional: true, dropout: 0.4 },
    },
    squared,
    {},
  ],
  "the mean over the steps of an RNN": [
    { ...spec, readout: "mean", stack: { ...stack, cell: "rnn_tanh" } },
    squared,
    {},
  ],
  "the mean over steps, ids, classes, both directions, masked, dropout everywhere": [
    {
      ...{ ...spec, embedding, readout: "mean", dropout: 0.4 },
      stack: { ...stack, cell: "lstm", bidirectional: true, dropout: 0.4 },
    },
    classes,
    { masked: true },
  ],
  "attention": [{ ...spec, readout: { attention: 3 } }, squared, {}],
  "attention, ids, classes, both directions of an LSTM, masked, dropout everywhere": [
    {
      ...{ ...spec, embedding, readout: { attention: 5 }, dropout: 0.4 },
      stack: { ...stack, cell: "lstm", bidirectional: true, dropout: 0.4 },
    },
    classes,
    { masked: true },
  ],
  "attention without a head, masked": [
    { ...spec, readout: { attention: 2 }, head: null },
    squared,
    { masked: true },
  ],
  "attention under a head tied to the table": [
    {
      ...{ ...spec, embedding: table, readout: { attention: 4 }, head: tied },
      stack: { ...stack, inputSize: 4 },
    },
    classes,
    { masked: true },
  ],
  "the last state without a head, dropped, masked, of ids": [
    { ...spec, embedding, readout: "last", dropout: 0.4, head: null },
    squared,
    { masked: true },
  ],
};
for (const [name, [spec, loss, given]] of Object.entries(networks)) {
  Deno.test(`trainingProgram() has the gradient of central differences: ${name}`, () => {
    const { session, layout, values, run } = still(spec, loss, { ...size, ...given });
    run("fresh");
    const found = session.numbers(layout.gradients);
    const norm = session.numbers({ offset: layout.norms.offset, size: 1 });
    assertClose(norm, [Math.hypot(...found)], tolerance.rounding);
    assertEquals(session.numbers(layout.parameters), values);
    // The gradient of the padding's row is 0, although it changes the loss.
    const first = spec.embedding?.padding === 0 ? spec.stack.inputSize : 0;
    assertEquals(found.slice(0, first), Array(first).fill(0));
    const step = 1e-5;
    const wanted = values.map((value, k) => {
      const at = (moved: number): number => {
        session.write(layout.parameters, values.with(k, moved));
        return run("fresh")[0] ?? NaN;
      };
      return k < first ? 0 : (at(value + step) - at(value - step)) / (2 * step);
    });
    assertClose(found, wanted, tolerance.differences, { scale: 1 });
  });
}

Deno.test("trainingProgram() adds the gradients of embedding and head for a tied weight", () => {
  const one = { ...spec, embedding, head: tied, stack: { ...stack, inputSize: 4 } };
  const shared = still(one, classes, size);
  const apart = still({ ...one, head: { ...tied, tied: false } }, classes, size);
  apart.session.write(apart.layout.x.all, shared.xs);
  apart.session.write(apart.layout.target.all, shared.targets);
  const [count, rest] = [6 * 4, shared.values.length - 6];
  // The same network: the table again before the head's bias.
  const values = [...shared.values.slice(0, rest), ...shared.values.slice(0, count)];
  apart.session.write(apart.layout.parameters, [...values, ...shared.values.slice(rest)]);
  assertEquals(apart.run("fresh"), shared.run("fresh"));
  const gradient = shared.session.numbers(shared.layout.gradients);
  const whole = apart.session.numbers(apart.layout.gradients);
  const head = whole.slice(rest, rest + count);
  const sums = whole.slice(0, count).map((value, i) => value + (head[i] ?? NaN));
  assertEquals(whole.slice(0, 4), [0, 0, 0, 0]);
  assertNotEquals(head.slice(0, 4), [0, 0, 0, 0]);
  assertClose(gradient.slice(0, count), sums, tolerance.rounding);
  assertEquals(gradient.slice(count), [...whole.slice(count, rest), ...whole.slice(rest + count)]);
});

for (const cell of ["rnn_tanh", "lstm", "gru"] as const) {
  Deno.test(`trainingProgram() continues from the states of the batch before: ${cell}`, () => {
    const one = { ...spec, stack: { ...stack, cell } };
    const parts = still(one, squared, size);
    const whole = still(one, squared, { ...size, steps: 6, capacity: 1 });
    // Two batches of three steps are one batch of six.
    assertEquals([whole.xs, whole.targets, whole.values], [parts.xs, parts.targets, parts.values]);
    const mean = ([first = NaN, second = NaN]: number[]): number => (first + second) / 2;
    const wanted = whole.run("fresh");
    // The states of a new arena are 0, and step t reads batch t of the queue.
    assertClose([mean(parts.run("continue", 2))], wanted, tolerance.rounding);
    // `fresh` starts each batch from states of 0.
    const alone = parts.run("fresh", 2);
    const [first] = parts.run("fresh");
    assertEquals(alone[0], first);
    assertEquals(Math.abs(mean(alone) - (wanted[0] ?? NaN)) > 1e-4, true);
  });
}

Deno.test("trainingProgram() moves the parameters against the gradient, by the rate of the row", () => {
  const { session, layout, values, run } = still(spec, squared, size);
  const rows = session.numbers(layout.hyper);
  // Without moments and with a large epsilon, Adam is plain descent.
  rows[hyperColumn.rate] = 0.1;
  rows[hyperColumn.rest1] = 1;
  session.write(layout.hyper, rows);
  run("fresh");
  const gradients = session.numbers(layout.gradients);
  const wanted = values.map((value, i) => value - 0.1 * (gradients[i] ?? NaN));
  assertClose(session.numbers(layout.parameters), wanted, tolerance.rounding);
});

/** The formula of the docstring, for sizes that are multiples of four. */
function stated(
  spec: NetworkSpec,
  { steps, batch, masked, capacity }: Record<"steps" | "batch" | "capacity", number> & {
    masked: boolean;
  },
  classes: boolean,
): number {
  const { cell, inputSize: I, hiddenSize: H, numLayers: L, bidirectional, dropout } = spec.stack;
  const [G, D, S] = [cells[cell].gates.length, bidirectional ? 2 : 1, steps * batch];
  const R = cells[cell].recurrent ? H + 2 : 1;
  const W = spec.head?.outFeatures ?? D * H;
  const O = spec.readout === "all" ? S : batch;
  const U = scoreSize(spec.readout);
  const top = U !== null || (spec.readout === "last" && D === 2) ? batch * D * H : 0;
  const pooling = top + (U === null ? 0 : S * (1 + U + D * H));
  const V = spec.embedding?.vocabulary ?? 0;
  const P = V * I + (spec.head ? W * (D * H + 1) : 0) + (U ?? 0) * (D * H + 2) +
    D * (G * H * (I + R) + (L - 1) * G * H * (D * H + R));
  const states = (S + batch) * H * (cell === "lstm" ? 2 : 1) + (cell === "gru" ? S * H : 0);
  const batches = (capacity + 1) * ((V ? S : S * I) + (classes ? O : O * W) + (masked ? S : 0));
  const outputs = D === 2 || masked ? L * S * D * H : 0;
  const drops = dropout > 0 ? (L - 1) * S * D * H : 0;
  return 4 * P + RING * 14 + batches + (V ? 2 * S * I : 0) + L * D * (G * S * H + states) +
    outputs + drops + cells[cell].states.length * L * D * batch * H +
    (spec.dropout > 0 ? O * D * H : 0) + pooling +
    (spec.head ? O * W : 0) + O * D * H + (L - 1) * S * D * H;
}

const readouts: readonly Readout[] = ["all", "last", "mean", { attention: 8 }];

Deno.test("layoutTraining() needs the memory that its formula states", () => {
  for (const cell of ["rnn_tanh", "lstm", "gru", "feedforward_tanh"] satisfies CellKind[]) {
    for (const bidirectional of [false, true]) {
      for (const dropout of [0, 0.2]) {
        for (const masked of [false, true]) {
          for (const embedded of [false, true]) {
            for (const readout of readouts) {
              const spec: NetworkSpec = {
                stack: {
                  ...{ cell, inputSize: 8, hiddenSize: 16, numLayers: 2, bidirectional, dropout },
                  bias: true,
                },
                embedding: embedded ? { vocabulary: 20, padding: 0 } : null,
                dropout,
                head: { outFeatures: 12, bias: true, tied: false },
                readout,
              };
              const loss = embedded
                ? { kind: "crossEntropy", ignoreIndex: 0 } as const
                : { kind: "squaredError" } as const;
              const size = { steps: 6, batch: 4, masked, capacity: 3 };
              assertEquals(
                layoutTraining(spec, loss, size).size,
                stated(spec, size, embedded),
                JSON.stringify(spec),
              );
            }
          }
        }
      }
    }
  }
});

Deno.test("layoutTraining() has no region for a tied weight but the table", () => {
  const spec = (tied: boolean): NetworkSpec => ({
    stack: {
      ...{ cell: "lstm", inputSize: 8, hiddenSize: 8, numLayers: 1, bidirectional: false },
      ...{ bias: true, dropout: 0 },
    },
    embedding: { vocabulary: 20, padding: 0 },
    dropout: 0,
    head: { outFeatures: 20, bias: true, tied },
    readout: "all",
  });
  const names = (tied: boolean): string[] => networkShapes(spec(tied)).map(({ name }) => name);
  assertEquals(names(true), names(false).filter((name) => name !== "head.weight"));
  const size = { steps: 2, batch: 2, masked: false, capacity: 1 };
  const numbers = (tied: boolean): number =>
    layoutTraining(spec(tied), { kind: "crossEntropy", ignoreIndex: 0 }, size).size;
  assertEquals(numbers(false) - numbers(true), 4 * 20 * 8);
});
