/**
 * The instructions `lstmForward` and `lstmBackward`.
 *
 * @module
 */
import { ONE } from "./constants";
import * as f from "./instructions";
import { sigmoid, tanh } from "./math";
import { all, copy, madd, nmadd, put, zero } from "./simd";
import { address } from "./team";
import * as scan from "./scan";

/** The instruction `lstmForward`. */
export function lstmForward(pc: usize): void {
  const hidden = load<i32>(pc, f.LSTM_FORWARD_HIDDEN);
  scan.beginForward(pc, load<i32>(pc, f.LSTM_FORWARD_WEIGHT), 4 * hidden, 4 * hidden);
  const batch = scan.batch;
  const h = load<i32>(pc, f.LSTM_FORWARD_H);
  const c = load<i32>(pc, f.LSTM_FORWARD_C);
  const mask = load<i32>(pc, f.LSTM_FORWARD_MASK);
  const output = load<i32>(pc, f.LSTM_FORWARD_OUTPUT);
  const ldOutput = load<i32>(pc, f.LSTM_FORWARD_LD_OUTPUT);
  const ld: usize = hidden << 2;
  const gates = address(load<i32>(pc, f.LSTM_FORWARD_GATES));
  const first: usize = scan.unit << 2;
  const n = scan.unitEnd - scan.unit;
  for (let s = 0; s < scan.steps; s++) {
    const t = scan.stepAt(s, false);
    const hBefore = scan.stateAt(h, scan.before(t));
    const cBefore = scan.stateAt(c, scan.before(t));
    const hAfter = scan.stateAt(h, scan.after(t));
    const cAfter = scan.stateAt(c, scan.after(t));
    const now = gates + ld * 4 * (t * batch);
    scan.addRecurrent(hBefore, now, ld * 4, 0, 4);
    for (let e = scan.example; e < scan.exampleEnd; e++) {
      const row = t * batch + e;
      const at = first + ld * e;
      const out = output < 0 ? 0 : address(output + row * ldOutput) + first;
      if (scan.counts(mask, row)) {
        activate(n, now + ld * 4 * e + first, ld, cBefore + at, cAfter + at, hAfter + at, out);
      } else {
        // The states that `activate` writes are overwritten below; only the gates are needed.
        activate(n, now + ld * 4 * e + first, ld, cBefore + at, cAfter + at, hAfter + at, 0);
        copy(cAfter + at, cBefore + at, n);
        copy(hAfter + at, hBefore + at, n);
        if (out != 0) zero(out, n);
      }
    }
    scan.endStep();
  }
}

/** Activates the gates of one example and step, and writes the states. */
function activate(
  n: i32,
  gates: usize,
  ld: usize,
  cBefore: usize,
  cAfter: usize,
  hAfter: usize,
  out: usize,
): void {
  const forgets = gates + ld, candidates = forgets + ld, outputs = candidates + ld;
  let p: usize = 0;
  for (; n > 0; n -= 4) {
    const i = sigmoid(v128.load(gates + p));
    const forget = sigmoid(v128.load(forgets + p));
    const g = tanh(v128.load(candidates + p));
    const o = sigmoid(v128.load(outputs + p));
    const c = madd(forget, v128.load(cBefore + p), f32x4.mul(i, g));
    const h = f32x4.mul(o, tanh(c));
    put(gates + p, i, n);
    put(forgets + p, forget, n);
    put(candidates + p, g, n);
    put(outputs + p, o, n);
    put(cAfter + p, c, n);
    put(hAfter + p, h, n);
    if (out != 0) put(out + p, h, n);
    p += 16;
  }
}

/** The instruction `lstmBackward`. */
export function lstmBackward(pc: usize): void {
  const hidden = load<i32>(pc, f.LSTM_BACKWARD_HIDDEN);
  scan.beginBackward(pc, load<i32>(pc, f.LSTM_BACKWARD_WEIGHT), 4 * hidden, 4 * hidden);
  const batch = scan.batch;
  const c = load<i32>(pc, f.LSTM_BACKWARD_C);
  const mask = load<i32>(pc, f.LSTM_BACKWARD_MASK);
  const dOutput = load<i32>(pc, f.LSTM_BACKWARD_D_OUTPUT);
  const ldOutput = load<i32>(pc, f.LSTM_BACKWARD_LD_OUTPUT);
  const dH = address(load<i32>(pc, f.LSTM_BACKWARD_D_H));
  const dC = address(load<i32>(pc, f.LSTM_BACKWARD_D_C));
  const ld: usize = hidden << 2;
  const gates = address(load<i32>(pc, f.LSTM_BACKWARD_GATES));
  const first: usize = scan.unit << 2;
  const n = scan.unitEnd - scan.unit;
  for (let s = 0; s < scan.steps; s++) {
    const t = scan.stepAt(s, true);
    const cBefore = scan.stateAt(c, scan.before(t));
    const cAfter = scan.stateAt(c, scan.after(t));
    const now = gates + ld * 4 * (t * batch);
    for (let e = scan.example; e < scan.exampleEnd; e++) {
      const row = t * batch + e;
      const at = first + ld * e;
      const here = now + ld * 4 * e + first;
      if (scan.counts(mask, row)) {
        const d = dOutput < 0 ? 0 : address(dOutput + row * ldOutput) + first;
        differentiate(n, here, ld, cBefore + at, cAfter + at, d, dH + at, dC + at);
      } else for (let gate = 0; gate < 4; gate++) zero(here + ld * gate, n);
    }
    scan.endStep();
    scan.addRecurrentGradient(now, ld * 4, dH, 0, 4 * hidden);
  }
}

/** Overwrites the gates of one example and step with gradients, and sets dH to 0 for the sum. */
function differentiate(
  n: i32,
  gates: usize,
  ld: usize,
  cBefore: usize,
  cAfter: usize,
  dOutput: usize,
  dH: usize,
  dC: usize,
): void {
  const forgets = gates + ld, candidates = forgets + ld, outputs = candidates + ld;
  let p: usize = 0;
  for (; n > 0; n -= 4) {
    const i = v128.load(gates + p);
    const forget = v128.load(forgets + p);
    const g = v128.load(candidates + p);
    const o = v128.load(outputs + p);
    const c = tanh(v128.load(cAfter + p));
    let dh = v128.load(dH + p);
    if (dOutput != 0) dh = f32x4.add(dh, v128.load(dOutput + p));
    const dhO = f32x4.mul(dh, o);
    const dc = madd(dhO, nmadd(c, c, ONE), v128.load(dC + p));
    const di = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(ONE, i)));
    const df = f32x4.mul(
      f32x4.mul(dc, v128.load(cBefore + p)),
      f32x4.mul(forget, f32x4.sub(ONE, forget)),
    );
    const dg = f32x4.mul(f32x4.mul(dc, i), nmadd(g, g, ONE));
    const dO = f32x4.mul(f32x4.mul(dhO, c), f32x4.sub(ONE, o));
    put(gates + p, di, n);
    put(forgets + p, df, n);
    put(candidates + p, dg, n);
    put(outputs + p, dO, n);
    put(dC + p, f32x4.mul(dc, forget), n);
    put(dH + p, all(0), n);
    p += 16;
  }
}
