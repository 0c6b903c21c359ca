import { assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { cpuExecutor } from "../../src/kernels/cpu/executor.ts";
import { HYPER, hyperColumn } from "../../src/kernels/hyper.ts";
import type { NetworkLoss, NetworkSize, NetworkSpec } from "../../src/kernels/network.ts";
import { networkProgram } from "../../src/kernels/network_program.ts";
import { RING } from "../../src/kernels/update_program.ts";
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
/** Without a padding, whose row has the gradient of one use only. */
const table = { vocabulary: 6, padding: null };
const tied = { outFeatures: 6, bias: true, tied: true };
const squared: NetworkLoss = { kind: "squaredError" };
const classes: NetworkLoss = { kind: "crossEntropy", ignoreIndex: 0 };
const size: NetworkSize = { steps: 3, batch: 2, masked: false, capacity: 2 };

/** A network in float64 whose parameters do not move, with random batches. */
function still(spec: NetworkSpec, loss: NetworkLoss, size: NetworkSize, seed = 1) {
  const { program, places } = networkProgram(spec, loss, size);
  const session = cpuExecutor({ precision: "float64" }).start(program, 1);
  const random = new Random(seed);
  const draw = (count: number, of: () => number): number[] => Array.from({ length: count }, of);
  const values = draw(places.parameters.size, () => random.normal(0, 0.5));
  if (spec.embedding?.padding === 0) values.fill(0, 0, spec.stack.inputSize);
  const { x, target, mask, counts } = places;
  const id = (): number => random.integer(0, (spec.embedding?.vocabulary ?? 1) - 1);
  // The first id is the padding where there is one.
  const xs = spec.embedding
    ? draw(x.all.size, id).with(0, spec.embedding.padding ?? 0)
    : draw(x.all.size, () => random.normal());
  const last = counts.outWidth - 1;
  // The first target always counts, so that there is a mean.
  const targets = loss.kind === "crossEntropy"
    ? draw(target.all.size, () => random.integer(0, last)).with(0, last)
    : draw(target.all.size, () => random.normal());
  session.write(places.parameters, values);
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
  session.write(places.hyper, Array.from({ length: RING }, () => row).flat());
  const run = (routine: "begin" | "goOn", steps = 1): number[] => {
    session.run(routine, steps);
    return session.numbers({ offset: places.losses.offset, size: steps });
  };
  return { session, places, values, xs, targets, run };
}

const networks: Record<string, [NetworkSpec, NetworkLoss, Partial<NetworkSize>]> = {
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
  "the last state without a head, dropped, masked, of ids": [
    { ...spec, embedding, readout: "last", dropout: 0.4, head: null },
    squared,
    { masked: true },
  ],
};
for (const [name, [spec, loss, given]] of Object.entries(networks)) {
  Deno.test(`a network's gradient comes close to central differences: ${name}`, () => {
    const { session, places, values, run } = still(spec, loss, { ...size, ...given });
    run("begin");
    const found = session.numbers(places.gradients);
    const norm = session.numbers({ offset: places.norms.offset, size: 1 });
    assertClose(norm, [Math.hypot(...found)], tolerance.rounding);
    assertEquals(session.numbers(places.parameters), values);
    // The padding's row has no gradient, whatever its part in the loss.
    const first = spec.embedding?.padding === 0 ? spec.stack.inputSize : 0;
    assertEquals(found.slice(0, first), Array(first).fill(0));
    const step = 1e-5;
    const wanted = values.map((value, k) => {
      const at = (moved: number): number => {
        session.write(places.parameters, values.with(k, moved));
        return run("begin")[0] ?? NaN;
      };
      return k < first ? 0 : (at(value + step) - at(value - step)) / (2 * step);
    });
    assertClose(found, wanted, tolerance.differences, { scale: 1 });
  });
}

Deno.test("a tied table's gradient is that of the look-up, none for padding, and the head's", () => {
  const one = { ...spec, embedding, head: tied, stack: { ...stack, inputSize: 4 } };
  const shared = still(one, classes, size);
  const apart = still({ ...one, head: { ...tied, tied: false } }, classes, size);
  apart.session.write(apart.places.x.all, shared.xs);
  apart.session.write(apart.places.target.all, shared.targets);
  const [count, rest] = [6 * 4, shared.values.length - 6];
  // The same network: the table again before the head's bias.
  const values = [...shared.values.slice(0, rest), ...shared.values.slice(0, count)];
  apart.session.write(apart.places.parameters, [...values, ...shared.values.slice(rest)]);
  assertEquals(apart.run("begin"), shared.run("begin"));
  const gradient = shared.session.numbers(shared.places.gradients);
  const whole = apart.session.numbers(apart.places.gradients);
  const head = whole.slice(rest, rest + count);
  const sums = whole.slice(0, count).map((value, i) => value + (head[i] ?? NaN));
  assertEquals(whole.slice(0, 4), [0, 0, 0, 0]);
  assertNotEquals(head.slice(0, 4), [0, 0, 0, 0]);
  assertClose(gradient.slice(0, count), sums, tolerance.rounding);
  assertEquals(gradient.slice(count), [...whole.slice(count, rest), ...whole.slice(rest + count)]);
});

for (const cell of ["rnn_tanh", "lstm", "gru"] as const) {
  Deno.test(`goOn goes on from the states of the batch before: ${cell}`, () => {
    const one = { ...spec, stack: { ...stack, cell } };
    const parts = still(one, squared, size);
    const whole = still(one, squared, { ...size, steps: 6, capacity: 1 });
    // Two batches of three steps are one of six, by time.
    assertEquals([whole.xs, whole.targets, whole.values], [parts.xs, parts.targets, parts.values]);
    const mean = ([first = NaN, second = NaN]: number[]): number => (first + second) / 2;
    const wanted = whole.run("begin");
    // An arena's states are 0 at first, and the batch of the step is that of its slot.
    assertClose([mean(parts.run("goOn", 2))], wanted, tolerance.rounding);
    // `begin` forgets: each batch alone.
    const alone = parts.run("begin", 2);
    const [first] = parts.run("begin");
    assertEquals(alone[0], first);
    assertEquals(Math.abs(mean(alone) - (wanted[0] ?? NaN)) > 1e-4, true);
  });
}

Deno.test("a step moves the parameters against the gradient, by the rate of its row", () => {
  const { session, places, values, run } = still(spec, squared, size);
  const rows = session.numbers(places.hyper);
  // Without moments and with a large epsilon, Adam is plain descent.
  rows[hyperColumn.rate] = 0.1;
  rows[hyperColumn.rest1] = 1;
  session.write(places.hyper, rows);
  run("begin");
  const gradients = session.numbers(places.gradients);
  const wanted = values.map((value, i) => value - 0.1 * (gradients[i] ?? NaN));
  assertClose(session.numbers(places.parameters), wanted, tolerance.rounding);
});
