import { assertEquals } from "@std/assert";
import { assertClose, tolerance } from "../../tolerance.ts";
import { Arena64, dot, normals } from "./arena64.ts";

const [steps, batch, width] = [4, 3, 2];
const rows = steps * batch;
/** The last sequence has no step that counts. */
const mask = [1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0];

/** Attention from u to weights and context, and back from their gradients. */
function attend(size: number, masked: boolean, given = true) {
  const values = {
    ...{ u: normals(1, rows * size), projected: normals(1, rows * size) },
    ...{ query: normals(2, size), states: normals(3, rows * width) },
    ...{ mask, weights: normals(4, rows), context: normals(5, batch * width) },
    ...{ dContext: normals(6, batch * width), dWeights: normals(7, rows) },
    ...{ dStates: normals(8, rows * width), dQuery: normals(9, size) },
  };
  const arena = new Arena64(values, (at) => {
    const common = {
      ...{ steps, batch, width, size, projected: at("projected"), query: at("query") },
      ...{ states: at("states"), mask: masked ? at("mask") : -1 },
      ...{ weights: at("weights"), context: at("context") },
    };
    const gradients = {
      ...{ dContext: at("dContext"), dWeights: given ? at("dWeights") : -1 },
      ...{ dStates: at("dStates"), dQuery: at("dQuery") },
    };
    return {
      forward: { op: "attentionForward", ...common },
      backward: { op: "attentionBackward", ...common, ...gradients },
    };
  });
  const forward = (): void => {
    arena.write("projected", arena.numbers("u"));
    arena.run("forward");
  };
  return { arena, forward, ...values };
}

for (const size of [0, 5]) {
  for (const masked of [false, true]) {
    const name = `${size === 0 ? "the mean" : "attention"}${masked ? ", masked" : ""}`;

    Deno.test(`attentionForward is the softmax of query . tanh(u), and its sum of states: ${name}`, () => {
      const { arena, forward, u, query, states } = attend(size, masked);
      forward();
      const weights = Array<number>(rows).fill(0);
      const context = Array<number>(batch * width).fill(0);
      for (let b = 0; b < batch; b++) {
        const own = Array.from({ length: steps }, (_, t) => t * batch + b)
          .filter((row) => !masked || mask[row] === 1);
        const scores = own.map((row) =>
          Math.exp(dot(query, u.slice(row * size, (row + 1) * size).map(Math.tanh)))
        );
        const total = scores.reduce((sum, score) => sum + score, 0);
        own.forEach((row, i) => {
          weights[row] = (scores[i] ?? NaN) / total;
          for (let j = 0; j < width; j++) {
            context[b * width + j] = (context[b * width + j] ?? NaN) +
              (weights[row] ?? NaN) * (states[row * width + j] ?? NaN);
          }
        });
      }
      assertClose(arena.numbers("weights"), weights, tolerance.rounding);
      assertClose(arena.numbers("context"), context, tolerance.rounding);
      assertEquals(arena.numbers("states"), states);
      if (!masked) return;
      assertEquals(arena.numbers("weights").filter((_, row) => mask[row] === 0), [
        0,
        0,
        0,
        0,
        0,
        0,
      ]);
      assertEquals(arena.numbers("context").slice(-width), [0, 0]);
    });

    for (const given of [false, true]) {
      Deno.test(`attentionBackward has central differences as gradients: ${name}, dWeights ${given}`, () => {
        const { arena, forward, dContext, dWeights } = attend(size, masked, given);
        const loss = (): number => {
          forward();
          return dot(dContext, arena.numbers("context")) +
            (given ? dot(dWeights, arena.numbers("weights")) : 0);
        };
        forward();
        arena.run("backward");
        const found = {
          u: arena.numbers("projected"),
          query: arena.numbers("dQuery"),
          states: arena.numbers("dStates"),
        };
        for (const part of ["u", "query", "states"] as const) {
          const wanted = arena.differences(part, loss);
          assertClose(found[part], wanted, tolerance.differences, { scale: 1, what: part });
        }
      });
    }
  }
}

Deno.test("attentionForward does not overflow, and scores that are far apart have weights 0 and 1", () => {
  const { arena, forward, states } = attend(1, false);
  arena.write("query", [1e4]);
  arena.write("u", Array.from({ length: rows }, (_, row) => row < batch ? 1 : -1));
  forward();
  assertEquals(arena.numbers("weights"), Array.from({ length: rows }, (_, i) => i < batch ? 1 : 0));
  assertEquals(arena.numbers("context"), states.slice(0, batch * width));
});

Deno.test("attentionForward and attentionBackward do not read masked steps", () => {
  const results = [0, NaN].map((padding) => {
    const { arena, forward, u, states } = attend(2, true);
    const spoil = (values: number[], each: number): number[] =>
      values.map((value, i) => mask[Math.floor(i / each)] === 1 ? value : padding);
    arena.write("u", spoil(u, 2));
    arena.write("states", spoil(states, width));
    forward();
    const context = arena.numbers("context");
    arena.run("backward");
    return [context, arena.numbers("projected"), arena.numbers("dQuery"), arena.numbers("dStates")];
  });
  assertEquals(results[1], results[0]);
});
