import { assert, assertEquals } from "@std/assert";
import { dropoutBits } from "../../../src/kernels/dropout.ts";
import { HYPER, hyperColumn } from "../../../src/kernels/hyper.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { Arena64, dot, normals } from "./arena64.ts";

const count = 60;
const stream = 3;
const seeds = [[11, 12], [21, 22], [31, 32]] as const;

/** x to y, and the same with the gradients; the seeds are those of the row. */
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

Deno.test("dropout keeps by its coins, scales by the inverse share, and takes the row's seeds", () => {
  const keep = 0.75 * 2 ** 24;
  const kept = seeds.map((pair, row) => {
    const { arena, x } = drops(keep);
    arena.run("forward", 1, row);
    const coins = x.map((_, i) => dropoutBits(i, stream, pair) < keep);
    assertClose(
      arena.numbers("y"),
      x.map((value, i) => coins[i] ? value / 0.75 : 0),
      tolerance.rounding,
    );
    assertEquals(arena.numbers("x"), x);
    arena.run("inPlace", 1, row);
    assertEquals(arena.numbers("x"), arena.numbers("y"));
    return coins.map(Number);
  });
  // The rows have coins of their own.
  assertEquals(new Set(kept.map((coins) => coins.join())).size, seeds.length);
});

Deno.test("dropout is its own backward pass", () => {
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

Deno.test("dropout of nothing passes all on, and of everything nothing", () => {
  const all = drops(2 ** 24);
  all.arena.run("forward");
  assertEquals(all.arena.numbers("y"), all.x);
  const none = drops(0);
  none.arena.run("forward");
  assertEquals(none.arena.numbers("y"), Array(count).fill(0));
});

Deno.test("load and store move with the step, not with the row", () => {
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

Deno.test("clear and add do no more than their count", () => {
  const arena = new Arena64({ from: [1, 2, 3], to: [10, 20, 30] }, (at) => ({
    add: { op: "add", count: 2, from: at("from"), to: at("to") },
    clear: { op: "clear", count: 1, to: at("to") },
  }));
  arena.run("add");
  assertEquals(arena.numbers("to"), [11, 22, 30]);
  arena.run("clear");
  assertEquals([arena.numbers("to"), arena.numbers("from")], [[0, 22, 30], [1, 2, 3]]);
});
