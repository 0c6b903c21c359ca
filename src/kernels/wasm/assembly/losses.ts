/**
 * The instructions `squaredError` and `crossEntropy`.
 *
 * @module
 */
import { zero } from "./copy";
import * as f from "./instructions";
import { exp, ln } from "./math";
import { all, lanes, put } from "./simd";
import { barrier, place, share, shared, slot, thread } from "./team";

/** The instruction `squaredError`. */
export function squaredError(pc: usize): void {
  if (thread > 0) return;
  const count = load<i32>(pc, f.SQUARED_ERROR_COUNT);
  const mask = load<i32>(pc, f.SQUARED_ERROR_MASK);
  const width = mask < 0 ? count : load<i32>(pc, f.SQUARED_ERROR_WIDTH);
  const rows = width > 0 ? count / width : 0;
  let counted = 0;
  for (let i = 0; i < rows; i++) {
    if (mask < 0 || load<f32>(place(mask) + (i << 2)) != 0) counted++;
  }
  const n = counted * width;
  const scale = n > 0 ? <f32>(2.0 / <f64>n) : <f32>0;
  const prediction = place(load<i32>(pc, f.SQUARED_ERROR_PREDICTION));
  const target = place(load<i32>(pc, f.SQUARED_ERROR_TARGET));
  const gradient = load<i32>(pc, f.SQUARED_ERROR_GRADIENT);
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const at: usize = (i * width) << 2;
    const to = gradient < 0 ? 0 : place(gradient) + at;
    if (mask < 0 || load<f32>(place(mask) + (i << 2)) != 0) {
      sum += squares(width, prediction + at, target + at, scale, to);
    } else if (to != 0) zero(to, width);
  }
  const loss = place(load<i32>(pc, f.SQUARED_ERROR_LOSS) + slot);
  store<f32>(loss, n > 0 ? <f32>(sum / <f64>n) : 0);
}

/** The sum of the squared distances; writes scale (p - t) unless `to` is 0. */
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

/** Bytes of scratch that `crossEntropy` needs: the loss of every row. */
export function crossEntropyScratch(pc: usize): usize {
  return load<i32>(pc, f.CROSS_ENTROPY_ROWS) * 8;
}

/** The instruction `crossEntropy`. */
export function crossEntropy(pc: usize): void {
  const rows = load<i32>(pc, f.CROSS_ENTROPY_ROWS);
  const classes = load<i32>(pc, f.CROSS_ENTROPY_CLASSES);
  const logits = place(load<i32>(pc, f.CROSS_ENTROPY_LOGITS));
  const targets = place(load<i32>(pc, f.CROSS_ENTROPY_TARGETS));
  const ignore = <f32>load<i32>(pc, f.CROSS_ENTROPY_IGNORE);
  let n = 0;
  for (let i = 0; i < rows; i++) if (load<f32>(targets + (i << 2)) != ignore) n++;
  const share1 = share(rows, 1, thread + 1);
  for (let i = share(rows, 1, thread); i < share1; i++) {
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
  const loss = place(load<i32>(pc, f.CROSS_ENTROPY_LOSS) + slot);
  store<f32>(loss, n > 0 ? <f32>(sum / <f64>n) : 0);
}

/** -log softmax(logits)[target]; the logits become (softmax - one-hot) / n. */
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
