/**
 * The instructions `attentionForward` and `attentionBackward`.
 *
 * A thread computes whole sequences, and each number is summed in an order that depends neither on
 * the other sequences nor on the steps that do not count.
 *
 * @module
 */
import { ONE } from "./constants";
import * as f from "./instructions";
import { exp, tanh } from "./math";
import { counts } from "./scan";
import { all, lanes, madd, nmadd, put, total, zero } from "./simd";
import { address, barrier, shareStart, thread } from "./team";

/** The instruction `attentionForward`. */
export function attentionForward(pc: usize): void {
  const steps = load<i32>(pc, f.ATTENTION_FORWARD_STEPS);
  const batch = load<i32>(pc, f.ATTENTION_FORWARD_BATCH);
  const width = load<i32>(pc, f.ATTENTION_FORWARD_WIDTH);
  const size = load<i32>(pc, f.ATTENTION_FORWARD_SIZE);
  const projected = load<i32>(pc, f.ATTENTION_FORWARD_PROJECTED);
  const query = address(load<i32>(pc, f.ATTENTION_FORWARD_QUERY));
  const states = load<i32>(pc, f.ATTENTION_FORWARD_STATES);
  const mask = load<i32>(pc, f.ATTENTION_FORWARD_MASK);
  const weights = address(load<i32>(pc, f.ATTENTION_FORWARD_WEIGHTS));
  const context = load<i32>(pc, f.ATTENTION_FORWARD_CONTEXT);
  const end = shareStart(batch, 1, thread + 1);
  for (let b = shareStart(batch, 1, thread); b < end; b++) {
    let largest: f32 = -Infinity;
    for (let t = 0; t < steps; t++) {
      const row = t * batch + b;
      if (!counts(mask, row)) continue;
      const score = size > 0 ? scoreOf(size, address(projected + row * size), query) : 0;
      store<f32>(weights + (row << 2), score);
      largest = max(largest, score);
    }
    let sum: f64 = 0;
    for (let t = 0; t < steps; t++) {
      const row = t * batch + b;
      const at = weights + (row << 2);
      if (!counts(mask, row)) {
        store<f32>(at, 0);
        continue;
      }
      const share = f32x4.extract_lane(exp(all(load<f32>(at) - largest)), 0);
      store<f32>(at, share);
      sum += <f64>share;
    }
    const to = address(context + b * width);
    zero(to, width);
    for (let t = 0; t < steps; t++) {
      const row = t * batch + b;
      if (!counts(mask, row)) continue;
      const at = weights + (row << 2);
      const weight = <f32>(<f64>load<f32>(at) / sum);
      store<f32>(at, weight);
      addScaled(width, weight, address(states + row * width), to);
    }
  }
}

/** Overwrites u with tanh(u) and returns its dot product with the query. */
function scoreOf(n: i32, u: usize, query: usize): f32 {
  let sum = all(0);
  for (; n > 0; n -= 4) {
    let value = tanh(v128.load(u));
    let q = v128.load(query);
    put(u, value, n);
    if (n < 4) {
      value = v128.and(value, lanes(n));
      q = v128.and(q, lanes(n));
    }
    sum = madd(value, q, sum);
    u += 16;
    query += 16;
  }
  return total(sum);
}

/** to[i] += scale * from[i]. */
function addScaled(n: i32, scale: f32, from: usize, to: usize): void {
  const factor = all(scale);
  for (; n > 0; n -= 4) {
    put(to, madd(factor, v128.load(from), v128.load(to)), n);
    from += 16;
    to += 16;
  }
}

/** to[i] = scale * from[i]. */
function setScaled(n: i32, scale: f32, from: usize, to: usize): void {
  const factor = all(scale);
  for (; n > 0; n -= 4) {
    put(to, f32x4.mul(factor, v128.load(from)), n);
    from += 16;
    to += 16;
  }
}

/** Returns the dot product of a - b and d. */
function dotOfDistance(n: i32, a: usize, b: usize, d: usize): f32 {
  let sum = all(0);
  for (; n > 0; n -= 4) {
    let x = f32x4.sub(v128.load(a), v128.load(b)), y = v128.load(d);
    if (n < 4) {
      x = v128.and(x, lanes(n));
      y = v128.and(y, lanes(n));
    }
    sum = madd(x, y, sum);
    a += 16;
    b += 16;
    d += 16;
  }
  return total(sum);
}

/** The instruction `attentionBackward`. */
export function attentionBackward(pc: usize): void {
  const steps = load<i32>(pc, f.ATTENTION_BACKWARD_STEPS);
  const batch = load<i32>(pc, f.ATTENTION_BACKWARD_BATCH);
  const width = load<i32>(pc, f.ATTENTION_BACKWARD_WIDTH);
  const size = load<i32>(pc, f.ATTENTION_BACKWARD_SIZE);
  const states = load<i32>(pc, f.ATTENTION_BACKWARD_STATES);
  const mask = load<i32>(pc, f.ATTENTION_BACKWARD_MASK);
  const weights = address(load<i32>(pc, f.ATTENTION_BACKWARD_WEIGHTS));
  const context = load<i32>(pc, f.ATTENTION_BACKWARD_CONTEXT);
  const dContext = load<i32>(pc, f.ATTENTION_BACKWARD_D_CONTEXT);
  const dWeights = load<i32>(pc, f.ATTENTION_BACKWARD_D_WEIGHTS);
  const dStates = load<i32>(pc, f.ATTENTION_BACKWARD_D_STATES);
  const end = shareStart(batch, 1, thread + 1);
  for (let b = shareStart(batch, 1, thread); b < end; b++) {
    const d = address(dContext + b * width);
    const center = address(context + b * width);
    let mean: f32 = 0;
    if (dWeights >= 0) {
      for (let t = 0; t < steps; t++) {
        const row = t * batch + b;
        if (!counts(mask, row)) continue;
        mean += load<f32>(weights + (row << 2)) * load<f32>(address(dWeights + row));
      }
    }
    for (let t = 0; t < steps; t++) {
      const row = t * batch + b;
      const at = weights + (row << 2);
      const to = address(dStates + row * width);
      if (!counts(mask, row)) {
        zero(to, width);
        if (size > 0) store<f32>(at, 0);
        continue;
      }
      const weight = load<f32>(at);
      setScaled(width, weight, d, to);
      if (size == 0) continue;
      let dWeight = dotOfDistance(width, address(states + row * width), center, d);
      if (dWeights >= 0) dWeight += load<f32>(address(dWeights + row)) - mean;
      store<f32>(at, weight * dWeight);
    }
  }
  if (size == 0) return;
  barrier();
  throughScores(pc, steps * batch, size, mask, weights);
}

/** Writes the gradients of query and u from those of the scores; each thread takes some columns. */
function throughScores(pc: usize, rows: i32, size: i32, mask: i32, dScores: usize): void {
  const first = shareStart(size, 16, thread);
  const n = shareStart(size, 16, thread + 1) - first;
  if (n <= 0) return;
  const projected = load<i32>(pc, f.ATTENTION_BACKWARD_PROJECTED) + first;
  const query = address(load<i32>(pc, f.ATTENTION_BACKWARD_QUERY) + first);
  const dQuery = address(load<i32>(pc, f.ATTENTION_BACKWARD_D_QUERY) + first);
  zero(dQuery, n);
  for (let row = 0; row < rows; row++) {
    const u = address(projected + row * size);
    if (counts(mask, row)) throughScore(n, load<f32>(dScores + (row << 2)), query, u, dQuery);
    else zero(u, n);
  }
}

function throughScore(n: i32, dScore: f32, query: usize, u: usize, dQuery: usize): void {
  const d = all(dScore);
  for (; n > 0; n -= 4) {
    const value = v128.load(u);
    put(dQuery, madd(d, value, v128.load(dQuery)), n);
    put(u, f32x4.mul(f32x4.mul(d, v128.load(query)), nmadd(value, value, ONE)), n);
    query += 16;
    u += 16;
    dQuery += 16;
  }
}
