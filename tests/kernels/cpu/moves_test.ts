import { assert, assertEquals } from "@std/assert";
import { dropoutBits } from "../../../src/kernels/dropout.ts";
import { HYPER, hyperColumn } from "../../../src/kernels/instructions.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { Arena64, dot, normals } from "./arena64.ts";

const count = 60;
const stream = 3;
const seeds = [[11, 12], [21, 22], [31, 32]] as const;

/** Commands of dropout from x to y, and from dY to dX, with seeds for each row. */
function drops(keep: number) {
  const hyper = seeds.flatMap(([low, high]) => {
    const row = Array.from(HYPER, () => 77);
    return row.with(hyperColumn.seedLow, low).with(hyperColumn.seedHigh, high);
  });
  const values = {
    ...{ x: normals(1, count), y: normals(2, count) },
    ...{ dY: normals(3, count), dX: normals(4, count), hyper },
  };
  const arena = new Arena64(values, (at) => {
    const common = { op: "dropout", count, keep, stream, hyper: at("hyper") } as const;
    return {
      forward: { ...common, x: at("x"), y: at("y") },
      backward: { ...common, x: at("dY"), y: at("dX") },
      inPlace: { ...common, x: at("x"), y: at("x") },
    };
  });
  return { arena, ...values };
}

Deno.test("dropout keeps numbers by dropoutBits() with the seeds of its row, and scales them", () => {
  const keep = 0.75 * 2 ** 24;
  const masks = seeds.map((pair, row) => {
    const { arena, x } = drops(keep);
    arena.run("forward", 1, row);
    const mask = x.map((_, i) => dropoutBits(i, stream, pair) < keep);
    assertClose(
      arena.numbers("y"),
      x.map((value, i) => mask[i] ? value / 0.75 : 0),
      tolerance.rounding,
    );
    assertEquals(arena.numbers("x"), x);
    arena.run("inPlace", 1, row);
    assertEquals(arena.numbers("x"), arena.numbers("y"));
    return mask.map(Number);
  });
  // Each row has another mask.
  assertEquals(new Set(masks.map((mask) => mask.join())).size, seeds.length);
});

Deno.test("dropout on a gradient is the backward pass of dropout", () => {
  const { arena, dY } = drops(0.4 * 2 ** 24);
  arena.run("backward", 1, 1);
  const differences = arena.differences("x", () => {
    arena.run("forward", 1, 1);
    return dot(dY, arena.numbers("y"));
  });
  const found = arena.numbers("dX");
  assertClose(found, differences, tolerance.differences);
  assert(found.some((d) => d === 0) && found.some((d) => d !== 0));
});

Deno.test("dropout keeps all numbers if keep is 2^24, and none if it is 0", () => {
  const all = drops(2 ** 24);
  all.arena.run("forward");
  assertEquals(all.arena.numbers("y"), all.x);
  const none = drops(0);
  none.arena.run("forward");
  assertEquals(none.arena.numbers("y"), Array(count).fill(0));
});

Deno.test("load and store move by stride with the step, not with the row", () => {
  const values = { from: [1, 2, 3, 4, 5, 6, 7], to: [0, 0, 0, 0, 0, 0, 0] };
  const make = (): Arena64<"from" | "to"> =>
    new Arena64(values, (at) => ({
      load: { op: "load", count: 2, from: at("from"), stride: 3, to: at("to") },
      store: { op: "store", count: 2, from: at("from"), to: at("to"), stride: 3 },
    }));
  const [loaded, stored] = [make(), make()];
  loaded.run("load", 2, 5);
  assertEquals(loaded.numbers("to"), [4, 5, 0, 0, 0, 0, 0]);
  stored.run("store", 2, 5);
  assertEquals(stored.numbers("to"), [1, 2, 0, 1, 2, 0, 0]);
  for (const arena of [loaded, stored]) assertEquals(arena.numbers("from"), values.from);
});

Deno.test("clear and add change only their count of numbers", () => {
  const arena = new Arena64({ from: [1, 2, 3], to: [10, 20, 30] }, (at) => ({
    add: { op: "add", count: 2, from: at("from"), to: at("to") },
    clear: { op: "clear", count: 1, to: at("to") },
  }));
  arena.run("add");
  assertEquals(arena.numbers("to"), [11, 22, 30]);
  arena.run("clear");
  assertEquals([arena.numbers("to"), arena.numbers("from")], [[0, 22, 30], [1, 2, 3]]);
});

const [width, vocabulary] = [3, 5];
// Id 4 comes three times, id 0 never; id 2 is the padding if there is one.
const ids = [4, 2, 4, 1, 3, 2, 4];

function lookUp(padding: number) {
  const rows = ids.length;
  const values = {
    ids,
    table: normals(1, vocabulary * width),
    output: normals(2, rows * width),
    gradient: normals(3, rows * width),
    dTable: normals(4, vocabulary * width),
  };
  const arena = new Arena64(values, (at) => ({
    gather: {
      op: "gather",
      ...{ rows, width, ids: at("ids"), table: at("table"), output: at("output") },
    },
    gatherGradient: {
      op: "gatherGradient",
      ...{ rows, width, vocabulary, padding },
      ...{ ids: at("ids"), gradient: at("gradient"), dTable: at("dTable") },
    },
  }));
  return { arena, ...values };
}

Deno.test("gather copies rows of the table, the row of the padding included", () => {
  const { arena, table } = lookUp(2);
  arena.run("gather");
  const wanted = ids.flatMap((id) => [0, 1, 2].map((column) => table[id * width + column]));
  assertEquals(arena.numbers("output"), wanted);
  assertEquals([arena.numbers("table"), arena.numbers("ids")], [table, ids]);
});

for (const padding of [-1, 2]) {
  Deno.test(`gatherGradient matches central differences, padding ${padding}`, () => {
    const { arena, gradient } = lookUp(padding);
    arena.run("gatherGradient");
    const differences = arena.differences("table", () => {
      arena.run("gather");
      return dot(gradient, arena.numbers("output"));
    });
    // The row of the padding changes the loss, but its gradient is 0.
    const wanted = differences.map((d, i) => Math.floor(i / width) === padding ? 0 : d);
    const found = arena.numbers("dTable");
    assertClose(found, wanted, tolerance.differences);
    assertEquals(found.slice(0, width), [0, 0, 0]);
    assertEquals(found.slice(2 * width, 3 * width).every((d) => d === 0), padding === 2);
  });
}
