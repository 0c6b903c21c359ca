import type { Target } from "./phase.ts";
import { unrolled } from "./phase.ts";

/** What a recurrent command says of its shape. */
export interface Shape {
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
  readonly weight: number;
}

/** Where a step is: what bodies of cells may use besides `b`, the example, and `j`, the unit. */
export const places = `
  let row = u * $batch + b;
  let before = (select(u, u + 1, $reverse == 1) * $batch + b) * $hidden + j;
  let after = (select(u + 1, u, $reverse == 1) * $batch + b) * $hidden + j;
  let on = counted($mask, row);
`;

/** WGSL of a loop while `index` is below `end`, some turns of it written out. */
export function loop(index: string, end: string, unroll: number, body: string): string {
  const turns = unrolled(unroll, () => `{${body}}`);
  const most = unroll > 1 ? `while (${index} <= ${end} - ${unroll}) { ${turns} }` : "";
  return `${most}\nwhile (${index} < ${end}) { ${body} }`;
}

/**
 * WGSL that does something with every `each` of `count * each` sums, as a loop with `e` the index:
 * written out, what a cell does takes compilers longer than all the rest.
 */
export function eachSum(
  count: number,
  each: number,
  body: (sum: (k: number) => string) => string,
): string {
  if (count === 1) {
    return `{ let e = 0; ${unrolled(each, (k) => `let sum${k} = s${k};`)} ${
      body((k) => `sum${k}`)
    } }`;
  }
  return `
    var held: array<f32, ${count * each}>;
    ${unrolled(count * each, (e) => `held[${e}] = s${e};`)}
    for (var e = 0; e < bound(${count}); e++) { ${body((k) => `held[e * ${each} + ${k}]`)} }
  `;
}

/** The largest tile of examples and units that leaves work for every lane. */
export function tileOf(
  { batch, hidden }: Shape,
  sizes: readonly (readonly [rows: number, units: number])[],
  { lanes, software, replicas }: Target,
): readonly [rows: number, units: number] {
  const wanted = lanes > 0 ? lanes : software ? 16 : Math.ceil(8192 / replicas);
  for (const [rows, units] of sizes) {
    if (rows > batch || units > hidden) continue;
    if (Math.ceil(batch / rows) * Math.ceil(hidden / units) >= wanted) return [rows, units];
  }
  return [1, 1];
}
