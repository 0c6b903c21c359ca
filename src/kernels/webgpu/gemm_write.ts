import { unrolled } from "./phase.ts";

/** What of a product shapes the code that writes it. */
export interface Written {
  readonly accumulate: number;
  readonly bias: number;
  readonly bias2: number;
}

/**
 * WGSL that writes sums `s0_0`, `s0_1`, ... of a tile to C.
 *
 * @param f The product; what it does not have is not in the code.
 * @param rows WGSL of the row of C, for each row of the tile.
 * @param columns The same for columns.
 * @param edges Whether rows and columns may lie outside C.
 */
export function writeTile(
  f: Written,
  rows: readonly string[],
  columns: readonly string[],
  edges: readonly [rows: boolean, columns: boolean],
): string {
  const guards = [edges[0] ? "i < $m" : "", edges[1] ? "j < $n" : ""].filter((text) => text !== "");
  const second = "select(0.0, at($bias2 + min(j, $bias2Count - 1)), j < $bias2Count)";
  const biases = (c: number): string => `
    let j = ${columns[c]};
    ${f.bias >= 0 ? "let bias = at($bias + j);" : ""}
    ${f.bias2 >= 0 ? `let bias2 = ${second};` : ""}
  `;
  return unrolled(columns.length, (c) =>
    `{
    ${biases(c)}
    ${
      unrolled(rows.length, (r) =>
        `{
      let i = ${rows[r]};
      let c = $c + i * $ldc + j;
      ${guards.length > 0 ? `if (${guards.map((guard) => `(${guard})`).join(" & ")})` : ""} {
        put(c, s${r}_${c}${f.accumulate === 1 ? " + at(c)" : ""}
          ${f.bias >= 0 ? " + bias" : ""}${f.bias2 >= 0 ? " + bias2" : ""});
      }
    }`)
    }
  }`);
}
