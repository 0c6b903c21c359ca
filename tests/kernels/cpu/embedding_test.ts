import { assertEquals } from "@std/assert";
import { assertClose, tolerance } from "../../tolerance.ts";
import { Arena64, dot, normals } from "./arena64.ts";

const [width, vocabulary] = [3, 5];
// Id 4 comes three times, id 0 never, id 2 is the padding where there is one.
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
    embedding: {
      op: "embedding",
      ...{ rows, width, ids: at("ids"), table: at("table"), output: at("output") },
    },
    embeddingGradient: {
      op: "embeddingGradient",
      ...{ rows, width, vocabulary, padding },
      ...{ ids: at("ids"), gradient: at("gradient"), dTable: at("dTable") },
    },
  }));
  return { arena, ...values };
}

Deno.test("an embedding gives the table's rows, padding's too", () => {
  const { arena, table } = lookUp(2);
  arena.run("embedding");
  const wanted = ids.flatMap((id) => [0, 1, 2].map((column) => table[id * width + column]));
  assertEquals(arena.numbers("output"), wanted);
  assertEquals([arena.numbers("table"), arena.numbers("ids")], [table, ids]);
});

for (const padding of [-1, 2]) {
  Deno.test(`the gradient of an embedding with padding ${padding}`, () => {
    const { arena, gradient } = lookUp(padding);
    arena.run("embeddingGradient");
    const differences = arena.differences("table", () => {
      arena.run("embedding");
      return dot(gradient, arena.numbers("output"));
    });
    // What the table's padding does to the loss is there, and is left out of the gradient.
    const wanted = differences.map((d, i) => Math.floor(i / width) === padding ? 0 : d);
    const found = arena.numbers("dTable");
    assertClose(found, wanted, tolerance.differences);
    assertEquals(found.slice(0, width), [0, 0, 0]);
    assertEquals(found.slice(2 * width, 3 * width).every((d) => d === 0), padding === 2);
  });
}
