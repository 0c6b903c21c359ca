/**
 * What the recurrences have in common: the walk through time, how threads share it, and the
 * products with the recurrent weights.
 *
 * A thread owns a range of units, and the team meets once a step; where a layer is too narrow for
 * that, it owns a range of examples, and meets no one.
 *
 * @module
 */
import { LSTM_FORWARD_BATCH, LSTM_FORWARD_HIDDEN, LSTM_FORWARD_REVERSE, LSTM_FORWARD_STEPS } from "./instructions";
import { macrokernel } from "./macrokernel";
import { packColumns, packRows } from "./pack";
import { barrier, address, shareStart, shared, thread, threads } from "./team";
import { DOT_ROWS, dots, gemv } from "./unpacked";

/** Multiply-adds below which a recurrence is not worth sharing. */
const SHARED_WORK: f64 = 65536;

/** Steps of the sequence. */
export let steps: i32 = 0;
/** Examples side by side. */
export let batch: i32 = 0;
/** Units of a state. */
export let hidden: i32 = 0;
/** Whether the walk begins at the last step. */
export let reverse: bool = false;
/** The first unit that this thread owns, and the one after its last. */
export let unit: i32 = 0;
export let unitEnd: i32 = 0;
/** The first example that this thread owns, and the one after its last. */
export let example: i32 = 0;
export let exampleEnd: i32 = 0;
/** Whether threads own units, and so meet at every step. */
let byUnits: bool = false;
/** Whether the weights are packed into panels. */
let packed: bool = false;
/** The weights' address. */
let weights: usize = 0;
/** Bytes of a state. */
let ld: usize = 0;

/** Reads the fields with which every recurrence begins, and shares its work. */
function begin(pc: usize, rows: i32): void {
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
 * Begins a forward scan.
 *
 * @param rows Rows of the recurrent weights: gates * hidden.
 * @param split The row at which a second matrix begins, `rows` where there is one alone.
 */
export function beginForward(pc: usize, weight: i32, rows: i32, split: i32): void {
  begin(pc, rows);
  weights = address(weight);
  packed = batch > DOT_ROWS || (batch > 3 && steps > 1) || (hidden < 64 && steps >= 4);
  if (!packed) return;
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

/** Panels that take so many columns. */
@inline
function panelsOf(columns: i32): usize {
  return <usize>((columns + 7) >> 3);
}

/** Bytes of scratch that a walk needs. */
export function scanScratch(hidden: i32, rows: i32): usize {
  // A second matrix may leave a panel unfilled, and rows or units the last one.
  return (<usize>rows + 16) * (<usize>hidden + 8) * 4;
}

/**
 * to[e, j] += W[first + j] h[e], for this thread's units or examples and `gates` gates; W's rows
 * from `first` are those of a matrix that {@link beginForward} was told of.
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
  if (m <= 0 || count <= 0) return;
  const a = h + ld * example;
  const c = to + ldTo * example + (start << 2);
  if (packed) {
    const b = shared + (panelsOf(first) + (start >> 3)) * ld * 8;
    macrokernel(m, count, hidden, a, ld, 4, b, 32, ld * 8, c, ldTo);
  } else dots(m, count, hidden, a, ld, weights + ld * (first + start), ld, c, ldTo);
}

/** Begins a backward walk; as {@link beginForward}. */
export function beginBackward(pc: usize, weight: i32, rows: i32, split: i32): void {
  begin(pc, rows);
  weights = address(weight);
  packed = batch > 3 && steps * batch >= 16;
  if (!packed) return;
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
  if (m <= 0 || n <= 0) return;
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

/** Waits for the others where they hold parts of this step. */
export function endStep(): void {
  if (byUnits) barrier();
}

/** The step that comes `s`-th in a scan. */
export function stepAt(s: i32, backwards: bool): i32 {
  return reverse != backwards ? steps - 1 - s : s;
}

/** The slot of the state before step `t`. */
@inline
export function before(t: i32): i32 {
  return reverse ? t + 1 : t;
}

/** The slot of the state after step `t`. */
@inline
export function after(t: i32): i32 {
  return reverse ? t : t + 1;
}

/** Whether step `row` (of [steps, batch]) counts; `mask` is an offset or -1. */
@inline
export function counts(mask: i32, row: i32): bool {
  return mask < 0 || load<f32>(address(mask) + (row << 2)) != 0;
}

/** A slot's address in an area of [steps + 1, batch, hidden]. */
@inline
export function stateAt(area: i32, index: i32): usize {
  return address(area) + ld * (index * batch);
}
