import { HYPER, hyperColumn } from "../hyper.ts";
import type { Fields } from "../instructions.ts";
import type { Arena } from "./arena.ts";
import { at } from "./arena.ts";

/** The instruction `adam`. */
export function adam(arena: Arena, f: Fields<"adam">, row: number): void {
  const place = f.hyper + row * HYPER.length;
  const hyper = (name: keyof typeof hyperColumn): number => at(arena, place + hyperColumn[name]);
  let scale = 1;
  const maxNorm = hyper("maxNorm");
  if (f.norm >= 0 || maxNorm > 0) {
    let squares = 0;
    for (let i = 0; i < f.count; i++) squares += at(arena, f.gradients + i) ** 2;
    const norm = Math.sqrt(squares);
    if (f.norm >= 0) arena[f.norm + row] = norm;
    if (maxNorm > 0) scale = Math.min(1, maxNorm / (norm + 1e-6));
  }
  const [rate, root, epsilon] = [hyper("rate"), hyper("root"), hyper("epsilon")];
  const [beta1, rest1, beta2, rest2] = [
    hyper("beta1"),
    hyper("rest1"),
    hyper("beta2"),
    hyper("rest2"),
  ];
  const [decay, l2] = [hyper("decay"), hyper("l2")];
  for (let i = 0; i < f.count; i++) {
    const p = at(arena, f.parameters + i);
    const g = at(arena, f.gradients + i) * scale + l2 * p;
    const m = beta1 * at(arena, f.m + i) + rest1 * g;
    const v = beta2 * at(arena, f.v + i) + rest2 * g * g;
    arena[f.m + i] = m;
    arena[f.v + i] = v;
    arena[f.parameters + i] = p * decay - rate * m / (Math.sqrt(v) * root + epsilon);
  }
}
