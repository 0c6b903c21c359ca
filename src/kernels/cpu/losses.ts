import type { Fields } from "../instructions.ts";
import type { Arena } from "./arena.ts";
import { at } from "./arena.ts";

/** The instruction `squaredError`. */
export function squaredError(arena: Arena, f: Fields<"squaredError">, row: number): void {
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
export function crossEntropy(arena: Arena, f: Fields<"crossEntropy">, row: number): void {
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
