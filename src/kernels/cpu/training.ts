/**
 * The losses and the optimizer: `squaredError`, `crossEntropy` and `adam`.
 *
 * @module
 */
import { type Fields, HYPER, hyperColumn } from "../instructions.ts";
import { type Arena, at } from "./linear_algebra.ts";

/** The instruction `squaredError`. */
export function squaredError(
  arena: Arena,
  f: Fields<"squaredError">,
  _step: number,
  row: number,
): void {
  const counts = (i: number): boolean =>
    f.mask < 0 || at(arena, f.mask + Math.floor(i / f.width)) !== 0;
  let n = 0;
  for (let i = 0; i < f.count; i++) n += counts(i) ? 1 : 0;
  let sum = 0;
  for (let i = 0; i < f.count; i++) {
    const distance = counts(i) ? at(arena, f.prediction + i) - at(arena, f.target + i) : 0;
    sum += distance * distance;
    if (f.gradient >= 0) arena[f.gradient + i] = n === 0 ? 0 : 2 * distance / n;
  }
  arena[f.loss + row] = n === 0 ? 0 : sum / n;
}

/** The instruction `crossEntropy`. */
export function crossEntropy(
  arena: Arena,
  f: Fields<"crossEntropy">,
  _step: number,
  row: number,
): void {
  const { classes } = f;
  const targets = Array.from(arena.subarray(f.targets, f.targets + f.rows));
  const n = targets.filter((target) => target !== f.ignore).length;
  let sum = 0;
  targets.forEach((target, i) => {
    const logits = arena.subarray(f.logits + i * classes, f.logits + (i + 1) * classes);
    if (target === f.ignore) {
      logits.fill(0);
      return;
    }
    let largest = -Infinity;
    for (const logit of logits) largest = Math.max(largest, logit);
    let total = 0;
    for (const logit of logits) total += Math.exp(logit - largest);
    sum += largest + Math.log(total) - at(logits, target);
    for (let j = 0; j < classes; j++) {
      const share = Math.exp(at(logits, j) - largest) / total;
      logits[j] = (share - (j === target ? 1 : 0)) / n;
    }
  });
  arena[f.loss + row] = n === 0 ? 0 : sum / n;
}

/** The instruction `adam`. */
export function adam(arena: Arena, f: Fields<"adam">, _step: number, row: number): void {
  const offset = f.hyper + row * HYPER.length;
  const hyper = (name: keyof typeof hyperColumn): number => at(arena, offset + hyperColumn[name]);
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
  const [beta1, rest1] = [hyper("beta1"), hyper("rest1")];
  const [beta2, rest2] = [hyper("beta2"), hyper("rest2")];
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
