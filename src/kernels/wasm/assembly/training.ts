/**
 * The losses and the optimizer: `squaredError`, `crossEntropy` and `adam`.
 *
 * @module
 */
import { SMALLEST } from "./constants";
import * as f from "./instructions";
import { exp, ln } from "./math";
import { all, lanes, madd, nmadd, put, zero } from "./simd";
import { barrier, address, shareStart, shared, ringRow, thread } from "./team";

/** The instruction `squaredError`. */
export function squaredError(pc: usize): void {
  if (thread > 0) return;
  const count = load<i32>(pc, f.SQUARED_ERROR_COUNT);
  const mask = load<i32>(pc, f.SQUARED_ERROR_MASK);
  const width = mask < 0 ? count : load<i32>(pc, f.SQUARED_ERROR_WIDTH);
  const rows = width > 0 ? count / width : 0;
  let counted = 0;
  for (let i = 0; i < rows; i++) {
    if (mask < 0 || load<f32>(address(mask) + (i << 2)) != 0) counted++;
  }
  const n = counted * width;
  const scale = n > 0 ? <f32>(2.0 / <f64>n) : <f32>0;
  const prediction = address(load<i32>(pc, f.SQUARED_ERROR_PREDICTION));
  const target = address(load<i32>(pc, f.SQUARED_ERROR_TARGET));
  const gradient = load<i32>(pc, f.SQUARED_ERROR_GRADIENT);
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const at: usize = (i * width) << 2;
    const to = gradient < 0 ? 0 : address(gradient) + at;
    if (mask < 0 || load<f32>(address(mask) + (i << 2)) != 0) {
      sum += squares(width, prediction + at, target + at, scale, to);
    } else if (to != 0) zero(to, width);
  }
  const loss = address(load<i32>(pc, f.SQUARED_ERROR_LOSS) + ringRow);
  store<f32>(loss, n > 0 ? <f32>(sum / <f64>n) : 0);
}

/** Returns the sum of squared differences; writes scale (p - t) unless `to` is 0. */
function squares(n: i32, p: usize, t: usize, scale: f32, to: usize): f64 {
  let low = f64x2.splat(0), high = low;
  for (; n > 0; n -= 4) {
    let d = f32x4.sub(v128.load(p), v128.load(t));
    if (n < 4) d = v128.and(d, lanes(n));
    if (to != 0) {
      put(to, f32x4.mul(d, all(scale)), n);
      to += 16;
    }
    const a = f64x2.promote_low_f32x4(d);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f64>(d, d, 1, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
    p += 16;
    t += 16;
  }
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/** Returns the scratch memory of `crossEntropy` in bytes: the loss of every row. */
export function crossEntropyScratch(pc: usize): usize {
  return load<i32>(pc, f.CROSS_ENTROPY_ROWS) * 8;
}

/** The instruction `crossEntropy`. */
export function crossEntropy(pc: usize): void {
  const rows = load<i32>(pc, f.CROSS_ENTROPY_ROWS);
  const classes = load<i32>(pc, f.CROSS_ENTROPY_CLASSES);
  const logits = address(load<i32>(pc, f.CROSS_ENTROPY_LOGITS));
  const targets = address(load<i32>(pc, f.CROSS_ENTROPY_TARGETS));
  const ignore = <f32>load<i32>(pc, f.CROSS_ENTROPY_IGNORE);
  let n = 0;
  for (let i = 0; i < rows; i++) if (load<f32>(targets + (i << 2)) != ignore) n++;
  const share1 = shareStart(rows, 1, thread + 1);
  for (let i = shareStart(rows, 1, thread); i < share1; i++) {
    const target = load<f32>(targets + (i << 2));
    const row = logits + ((<usize>i * classes) << 2);
    let loss: f64 = 0;
    if (target == ignore) zero(row, classes);
    else loss = softmax(classes, row, <i32>target, n);
    store<f64>(shared + (i << 3), loss);
  }
  barrier();
  if (thread > 0) return;
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) sum += load<f64>(shared + (i << 3));
  const loss = address(load<i32>(pc, f.CROSS_ENTROPY_LOSS) + ringRow);
  store<f32>(loss, n > 0 ? <f32>(sum / <f64>n) : 0);
}

/** Returns -log softmax(logits)[target]; overwrites the logits with (softmax - one-hot) / n. */
function softmax(classes: i32, row: usize, target: i32, n: i32): f64 {
  let top = all(-Infinity);
  let p = row;
  for (let left = classes; left > 0; left -= 4) {
    let x = v128.load(p);
    if (left < 4) x = v128.bitselect(x, all(-Infinity), lanes(left));
    top = f32x4.pmax(top, x);
    p += 16;
  }
  const largest = max(
    max(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1)),
    max(f32x4.extract_lane(top, 2), f32x4.extract_lane(top, 3)),
  );
  const wanted = load<f32>(row + (target << 2));
  const base = all(largest);
  let low = f64x2.splat(0), high = low;
  p = row;
  for (let left = classes; left > 0; left -= 4) {
    let e = exp(f32x4.sub(v128.load(p), base));
    put(p, e, left);
    if (left < 4) e = v128.and(e, lanes(left));
    low = f64x2.add(low, f64x2.promote_low_f32x4(e));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f64>(e, e, 1, 1)));
    p += 16;
  }
  const both = f64x2.add(low, high);
  const sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  const share = load<f32>(row + (target << 2));
  const scale = all(<f32>(1.0 / (sum * <f64>n)));
  p = row;
  for (let left = classes; left > 0; left -= 4) {
    put(p, f32x4.mul(v128.load(p), scale), left);
    p += 16;
  }
  store<f32>(row + (target << 2), <f32>((<f64>share / sum - 1.0) / <f64>n));
  return <f64>largest - <f64>wanted + ln(sum);
}

/** The number of squares that one thread sums. The sums of all chunks are added in order. */
const CHUNK: i32 = 4096;

/** Returns the scratch memory of `adam` in bytes: a sum for every chunk. */
export function adamScratch(pc: usize): usize {
  return ((load<i32>(pc, f.ADAM_COUNT) + CHUNK - 1) / CHUNK) * 8;
}

@inline
function hyper(row: usize, column: usize): v128 {
  return v128.load32_splat(row + column);
}

/** The instruction `adam`. */
export function adam(pc: usize): void {
  const count = load<i32>(pc, f.ADAM_COUNT);
  const row = address(load<i32>(pc, f.ADAM_HYPER) + ringRow * f.HYPER_LENGTH);
  const norm = load<i32>(pc, f.ADAM_NORM);
  const maxNorm = load<f32>(row, f.HYPER_MAX_NORM);
  const gradients = load<i32>(pc, f.ADAM_GRADIENTS);
  const first = shareStart(count, CHUNK, thread);
  const end = shareStart(count, CHUNK, thread + 1);
  let scale: f32 = 1;
  if (norm >= 0 || maxNorm > 0) {
    const length = Math.sqrt(sumOfSquares(count, gradients, first, end));
    if (norm >= 0 && thread == 0) store<f32>(address(norm + ringRow), <f32>length);
    if (maxNorm > 0) scale = <f32>min(1.0, <f64>maxNorm / (length + 1e-6));
  }
  const offset: usize = first << 2;
  update(
    end - first,
    address(load<i32>(pc, f.ADAM_PARAMETERS)) + offset,
    address(gradients) + offset,
    address(load<i32>(pc, f.ADAM_M)) + offset,
    address(load<i32>(pc, f.ADAM_V)) + offset,
    row,
    scale,
  );
}

/** Returns the sum of the squares of all numbers; this thread sums some of the chunks. */
function sumOfSquares(count: i32, offset: i32, first: i32, end: i32): f64 {
  for (let i = first; i < end; i += CHUNK) {
    const sum = chunk(address(offset + i), min(CHUNK, count - i));
    store<f64>(shared + ((i / CHUNK) << 3), sum);
  }
  barrier();
  let sum: f64 = 0;
  const chunks = (count + CHUNK - 1) / CHUNK;
  for (let i = 0; i < chunks; i++) sum += load<f64>(shared + (i << 3));
  return sum;
}

function chunk(from: usize, n: i32): f64 {
  let low = f64x2.splat(0), high = low;
  for (; n > 0; n -= 4) {
    let x = v128.load(from);
    if (n < 4) x = v128.and(x, lanes(n));
    const a = f64x2.promote_low_f32x4(x);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
    from += 16;
  }
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/**
 * Replaces denormal numbers by 0. Processors are slow with denormal numbers, and the moments of a
 * parameter whose gradient stays 0 would become and stay denormal.
 */
@inline
function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), SMALLEST));
}

function update(n: i32, p: usize, g: usize, m: usize, v: usize, row: usize, scale: f32): void {
  const clip = all(scale);
  const rate = hyper(row, f.HYPER_RATE), root = hyper(row, f.HYPER_ROOT);
  const beta1 = hyper(row, f.HYPER_BETA1), rest1 = hyper(row, f.HYPER_REST1);
  const beta2 = hyper(row, f.HYPER_BETA2), rest2 = hyper(row, f.HYPER_REST2);
  const epsilon = hyper(row, f.HYPER_EPSILON), decay = hyper(row, f.HYPER_DECAY);
  const l2 = hyper(row, f.HYPER_L2);
  for (; n > 0; n -= 4) {
    const old = v128.load(p);
    const gradient = madd(l2, old, f32x4.mul(v128.load(g), clip));
    const mean = flushed(madd(beta1, v128.load(m), f32x4.mul(rest1, gradient)));
    const news = f32x4.mul(f32x4.mul(rest2, gradient), gradient);
    const square = flushed(madd(beta2, v128.load(v), news));
    const size = madd(f32x4.sqrt(square), root, epsilon);
    put(m, mean, n);
    put(v, square, n);
    put(p, nmadd(rate, f32x4.div(mean, size), f32x4.mul(old, decay)), n);
    p += 16;
    g += 16;
    m += 16;
    v += 16;
  }
}
