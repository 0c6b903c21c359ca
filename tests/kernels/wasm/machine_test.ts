import { assert, assertEquals } from "@std/assert";
import { Machine } from "../../../src/kernels/wasm/machine.ts";

const exact = [Math.exp, (x: number) => 1 / (1 + Math.exp(-x)), Math.tanh] as const;

/**
 * The allowed errors, in units in the last place of the exact value; a sweep finds smaller ones.
 */
const curves = [
  { kind: 0, name: "exp", limit: 1.5, from: -87, to: 88 },
  { kind: 1, name: "sigmoid", limit: 2.5, from: -86, to: 90 },
  { kind: 2, name: "tanh", limit: 2, from: -12, to: 12 },
] as const;

for (const variant of ["relaxed", "plain"] as const) {
  const machine = new Machine(variant, 1);

  for (const { kind, name, limit, from, to } of curves) {
    Deno.test(`Machine.curve() computes ${name} within ${limit} ULP from ${from} to ${to} [${variant}]`, () => {
      const count = 1 << 18;
      const x = Float32Array.from({ length: count }, (_, i) => from + (to - from) * i / count);
      const worst = largestError(x, machine.curve(kind, x), exact[kind]);
      assert(worst.ulp <= limit, `${name}(${worst.x}) is off by ${worst.ulp} ULP`);
    });

    Deno.test(`Machine.curve() computes ${name} within ${limit} ULP for tiny arguments [${variant}]`, () => {
      const x = Float32Array.from({ length: 4000 }, (_, i) => 2 ** (-i / 32) * (i % 2 ? 1 : -1));
      const worst = largestError(x, machine.curve(kind, x), exact[kind]);
      assert(worst.ulp <= limit, `${name}(${worst.x}) is off by ${worst.ulp} ULP`);
    });
  }

  Deno.test(`Machine.curve() saturates sigmoid and tanh, and returns NaN for NaN [${variant}]`, () => {
    const x = Float32Array.of(-Infinity, -1e30, -200, 200, 1e30, Infinity, NaN, 0);
    assertEquals([...machine.curve(2, x)], [-1, -1, -1, 1, 1, 1, NaN, 0]);
    assertEquals([...machine.curve(1, x)], [0, 0, 0, 1, 1, 1, NaN, 0.5]);
    const ends = machine.curve(1, Float32Array.of(-87, -88, -88.5, -89));
    assert(ends.every((value) => value >= 0 && value < 2e-38), `sigmoid(-87 to -89) is ${ends}`);
    const e = [...machine.curve(0, x)];
    assertEquals([e[0], e[2], e[6], e[7]], [0, 0, NaN, 1]);
    assert(e.every((value) => value !== Infinity));
  });
}

function largestError(
  x: Float32Array,
  found: Float32Array,
  f: (x: number) => number,
): { x: number; ulp: number } {
  let worst = { x: 0, ulp: 0 };
  x.forEach((value, i) => {
    const wanted = f(value);
    const unit = Math.max(2 ** -149, 2 ** (Math.floor(Math.log2(Math.abs(wanted))) - 23));
    const ulp = Math.abs((found[i] ?? NaN) - wanted) / unit;
    if (!(ulp <= worst.ulp)) worst = { x: value, ulp: Number.isNaN(ulp) ? Infinity : ulp };
  });
  return worst;
}
