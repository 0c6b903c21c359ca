/**
 * The parts of a scan that all cells share: the order of the steps, the work of each thread, and
 * the products with the recurrent weights.
 *
 * A thread computes a range of units, with a barrier after each step. If a layer is too narrow for
 * that, a thread computes a range of examples, without barriers.
 *
 * @module
 */
import { LSTM_FORWARD_BATCH, LSTM_FORWARD_HIDDEN, LSTM_FORWARD_REVERSE, LSTM_FORWARD_STEPS } from "./instructions";
import { macrokernel } from "./macrokernel";
import { packColumns, packRows } from "./pack";
import { barrier, address, shareStart, shared, thread, threads } from "./team";
import { DOT_ROWS, dots, gemv } from "./unpacked";

/** The number of multiply-adds below which one thread computes a scan alone. */
const SHARED_WORK: f64 = 65536;

/** The number of steps of the sequence. */
export let steps: i32 = 0;
/** The number of examples in the batch. */
export let batch: i32 = 0;
/** The number of units of a state. */
export let hidden: i32 = 0;
/** Whether the scan starts at the last step. */
export let reverse: bool = false;
/** The first unit of this thread, and the unit after the last one of this thread. */
export let unit: i32 = 0;
export let unitEnd: i32 = 0;
/** The first example of this thread, and the example after the last one of this thread. */
export let example: i32 = 0;
export let exampleEnd: i32 = 0;
/** Whether threads share units, which needs a barrier at every step. */
let byUnits: bool = false;
/** Whether the weights are packed into panels. */
let packed: bool = false;
/** Whether there are recurrent weights. */
let recurrent: bool = false;
/** The address of the recurrent weights. */
let weights: usize = 0;
/** The size of the state of one example, in bytes. */
let ld: usize = 0;

/** Reads the first fields, which all recurrent instructions share, and divides the work. */
function begin(pc: usize, weight: i32, rows: i32): void {
  recurrent = weight >= 0;
  weights = recurrent ? address(weight) : 0;
  steps = load<i32>(pc, LSTM_FORWARD_STEPS);
  batch = load<i32>(pc, LSTM_FORWARD_BATCH);
  hidden = load<i32>(pc, LSTM_FORWARD_HIDDEN);
  reverse = load<i32>(pc, LSTM_FORWARD_REVERSE) != 0;
  ld = hidden << 2;
  unit = 0;
  unitEnd = hidden;
  example = 0;
  exampleEnd = batch;
  byUnits = false;
  if (threads == 1) return;
  const worth = <f64>steps * <f64>batch * <f64>hidden * <f64>rows >= SHARED_WORK;
  if (worth && hidden >= 64 && hidden % 8 == 0) {
    byUnits = true;
    unit = shareStart(hidden, 8, thread);
    unitEnd = shareStart(hidden, 8, thread + 1);
  } else if (worth && batch >= 4) {
    example = shareStart(batch, 1, thread);
    exampleEnd = shareStart(batch, 1, thread + 1);
  } else if (thread > 0) exampleEnd = 0;
}

/**
 * Starts a forward scan.
 *
 * @param weight The offset of the recurrent weights; -1 if there are none.
 * @param rows The number of rows of the recurrent weights: gates * hidden.
 * @param split The row at which a second matrix starts; `rows` if there is only one.
 */
export function beginForward(pc: usize, weight: i32, rows: i32, split: i32): void {
  begin(pc, weight, rows);
  packed = batch > DOT_ROWS || (batch > 3 && steps > 1) || (hidden < 64 && steps >= 4);
  if (!recurrent || !packed) return;
  packPart(0, split);
  if (split < rows) packPart(split, rows);
  barrier();
}

/** Packs the transpose of the weights' rows from `first` to `end`. */
function packPart(first: i32, end: i32): void {
  const to = shared + panelsOf(first) * ld * 8;
  const start = shareStart(end - first, 8, thread);
  const count = shareStart(end - first, 8, thread + 1) - start;
  if (count > 0) {
    packColumns(weights + ld * (first + start), ld, hidden, count, to + (start >> 3) * ld * 8);
  }
}

/** The number of panels for `columns` columns. */
@inline
function panelsOf(columns: i32): usize {
  return <usize>((columns + 7) >> 3);
}

/** The scratch memory of a scan, in bytes. */
export function scanScratch(hidden: i32, rows: i32): usize {
  // The last panel may be partly empty, and so may that before a second matrix.
  return (<usize>rows + 16) * (<usize>hidden + 8) * 4;
}

/**
 * to[e, j] += W[first + j] h[e], for the units or examples of this thread and `gates` gates.
 * `first` is 0 or the `split` of {@link beginForward}.
 */
export function addRecurrent(h: usize, to: usize, ldTo: usize, first: i32, gates: i32): void {
  if (byUnits) {
    for (let gate = 0; gate < gates; gate++) {
      columns(h, to, ldTo, first, gate * hidden + unit, unitEnd - unit);
    }
  } else columns(h, to, ldTo, first, 0, gates * hidden);
}

function columns(h: usize, to: usize, ldTo: usize, first: i32, start: i32, count: i32): void {
  const m = exampleEnd - example;
  if (!recurrent || m <= 0 || count <= 0) return;
  const a = h + ld * example;
  const c = to + ldTo * example + (start << 2);
  if (packed) {
    const b = shared + (panelsOf(first) + (start >> 3)) * ld * 8;
    macrokernel(m, count, hidden, a, ld, 4, b, 32, ld * 8, c, ldTo);
  } else dots(m, count, hidden, a, ld, weights + ld * (first + start), ld, c, ldTo);
}

/** Starts a backward scan; parameters as of {@link beginForward}. */
export function beginBackward(pc: usize, weight: i32, rows: i32, split: i32): void {
  begin(pc, weight, rows);
  packed = batch > 3 && steps * batch >= 16;
  if (!recurrent || !packed) return;
  packRowsOf(0, split);
  if (split < rows) packRowsOf(split, rows);
  barrier();
}

function packRowsOf(first: i32, end: i32): void {
  const panel: usize = (end - first) << 5;
  const to = shared + panelsOf(hidden) * ((<usize>first) << 5);
  const start = shareStart(hidden, 8, thread);
  const count = shareStart(hidden, 8, thread + 1) - start;
  if (count > 0) {
    packRows(weights + ld * first + (start << 2), ld, end - first, count, to + (start >> 3) * panel);
  }
}

/** dH[e, u] += sum over j of d[e, j] W[first + j, u], for j below `end - first`. */
export function addRecurrentGradient(d: usize, ldD: usize, dH: usize, first: i32, end: i32): void {
  const m = exampleEnd - example;
  const n = unitEnd - unit;
  const k = end - first;
  if (!recurrent || m <= 0 || n <= 0) return;
  const a = d + ldD * example;
  const c = dH + ld * example + (unit << 2);
  const raw = weights + ld * first + (unit << 2);
  if (packed) {
    const panel: usize = k << 5;
    const b = shared + panelsOf(hidden) * ((<usize>first) << 5) + (unit >> 3) * panel;
    macrokernel(m, n, k, a, ldD, 4, b, 32, panel, c, ld);
  } else if (batch > 3) macrokernel(m, n, k, a, ldD, 4, raw, ld, 32, c, ld);
  else for (let e = 0; e < m; e++) gemv(n, k, a + ldD * e, raw, ld, c + ld * e);
}

/** Waits for the threads that compute other units of this step. */
export function endStep(): void {
  if (byUnits) barrier();
}

/** Returns the step that is the `s`-th of a scan. */
export function stepAt(s: i32, backwards: bool): i32 {
  return reverse != backwards ? steps - 1 - s : s;
}

/** Returns the index of the state before step `t`. */
@inline
export function before(t: i32): i32 {
  return reverse ? t + 1 : t;
}

/** Returns the index of the state after step `t`. */
@inline
export function after(t: i32): i32 {
  return reverse ? t : t + 1;
}

/** Returns whether row `row` of [steps, batch] counts. `mask` is an offset or -1. */
@inline
export function counts(mask: i32, row: i32): bool {
  return mask < 0 || load<f32>(address(mask) + (row << 2)) != 0;
}

/** Returns the address of state `index` in a region [steps + 1, batch, hidden]. */
@inline
export function stateAt(region: i32, index: i32): usize {
  return address(region) + ld * (index * batch);
}
