/**
 * The instruction `adam`.
 *
 * @module
 */
import * as f from "./instructions";
import { all, lanes, madd, nmadd, put } from "./simd";
import { barrier, place, share, shared, slot, thread } from "./team";

/** Numbers whose squares are summed together; the sums of all chunks are added in order. */
const CHUNK: i32 = 4096;

/** Bytes of scratch that `adam` needs: a sum for every chunk. */
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
  const row = place(load<i32>(pc, f.ADAM_HYPER) + slot * f.HYPER_LENGTH);
  const norm = load<i32>(pc, f.ADAM_NORM);
  const maxNorm = load<f32>(row, f.HYPER_MAX_NORM);
  const gradients = load<i32>(pc, f.ADAM_GRADIENTS);
  const first = share(count, CHUNK, thread);
  const end = share(count, CHUNK, thread + 1);
  let scale: f32 = 1;
  if (norm >= 0 || maxNorm > 0) {
    const length = Math.sqrt(sumOfSquares(count, gradients, first, end));
    if (norm >= 0 && thread == 0) store<f32>(place(norm + slot), <f32>length);
    if (maxNorm > 0) scale = <f32>min(1.0, <f64>maxNorm / (length + 1e-6));
  }
  const offset: usize = first << 2;
  update(
    end - first,
    place(load<i32>(pc, f.ADAM_PARAMETERS)) + offset,
    place(gradients) + offset,
    place(load<i32>(pc, f.ADAM_M)) + offset,
    place(load<i32>(pc, f.ADAM_V)) + offset,
    row,
    scale,
  );
}

/** The sum of the squares of all numbers, of which this thread sums a part. */
function sumOfSquares(count: i32, offset: i32, first: i32, end: i32): f64 {
  for (let i = first; i < end; i += CHUNK) {
    const sum = chunk(place(offset + i), min(CHUNK, count - i));
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
 * 0 instead of a number too small to be held in full: processors are slow at those, and a moment
 * whose gradient stays 0 would be one for ever.
 */
@inline
function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), all(1.17549435e-38)));
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
