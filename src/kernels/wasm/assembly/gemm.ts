/**
 * The instructions `gemm` and `columnSum`.
 *
 * @module
 */
import * as f from "./instructions";
import { BLOCK, macrokernel, packedMacrokernel } from "./macrokernel";
import { packColumns, packGroups, packRows, packTransposedGroups } from "./pack";
import { copy, put, zero } from "./simd";
import { own, address, shareStart, thread, threads } from "./team";
import { DOT_ROWS, DOT_TERMS, dots } from "./unpacked";

/** The number of rows of A that are packed at a time. */
const ROWS: i32 = 96;
/** The number of columns of B that are packed at a time. */
const COLUMNS: i32 = 512;

/** The size of B, in numbers, above which packing costs more than it saves if A has few rows. */
const LARGE: i32 = 16384;

/** The scratch memory of each thread, in bytes. */
export const OWN_BYTES: usize = (ROWS + COLUMNS) * BLOCK * 4 + 256;

/** The number of multiply-adds below which one thread runs a command alone. */
export const SHARED_WORK: f64 = 65536;

/** The instruction `gemm`. */
export function gemm(pc: usize): void {
  let m = load<i32>(pc, f.GEMM_M);
  let n = load<i32>(pc, f.GEMM_N);
  const k = load<i32>(pc, f.GEMM_K);
  const transposeA = load<i32>(pc, f.GEMM_TRANSPOSE_A) != 0;
  const transposeB = load<i32>(pc, f.GEMM_TRANSPOSE_B) != 0;
  const lda: usize = load<i32>(pc, f.GEMM_LDA) << 2;
  const ldb: usize = load<i32>(pc, f.GEMM_LDB) << 2;
  const ldc: usize = load<i32>(pc, f.GEMM_LDC) << 2;
  const few = m <= 3 || (!transposeA && m <= DOT_ROWS && n * k >= LARGE);
  const dot = few && transposeB && k >= DOT_TERMS;
  // The choice depends on the whole command, never on the part of a thread, so that the number of
  // threads does not change results.
  const direct = !transposeB && (m <= 12 || n * k <= 4096);
  const looseA = !transposeA && n <= 32;

  let row = 0;
  let column = 0;
  if (threads > 1) {
    if (<f64>m * <f64>n * <f64>k < SHARED_WORK) {
      if (thread > 0) return;
    } else if (n >= m) {
      column = shareStart(n, 8, thread);
      n = shareStart(n, 8, thread + 1) - column;
    } else {
      row = shareStart(m, 6, thread);
      m = shareStart(m, 6, thread + 1) - row;
    }
    if (m <= 0 || n <= 0) return;
  }
  const ars: usize = transposeA ? 4 : lda;
  const acs: usize = transposeA ? lda : 4;
  const a = address(load<i32>(pc, f.GEMM_A)) + ars * row;
  const b = address(load<i32>(pc, f.GEMM_B)) + (transposeB ? ldb : 4) * column;
  const c = address(load<i32>(pc, f.GEMM_C)) + ldc * row + (column << 2);
  if (load<i32>(pc, f.GEMM_ACCUMULATE) == 0) setToBiases(pc, m, n, column, c, ldc);
  else addBiases(pc, m, n, column, c, ldc);

  if (dot) {
    if (transposeA && (m > 1 || lda != 4)) {
      for (let i = 0; i < m; i++) {
        for (let p = 0; p < k; p++) {
          store<f32>(own + ((i * k + p) << 2), load<f32>(a + ars * i + acs * p));
        }
      }
      dots(m, n, k, own, k << 2, b, ldb, c, ldc);
    } else dots(m, n, k, a, ars, b, ldb, c, ldc);
  } else if (direct) macrokernel(m, n, k, a, ars, acs, b, ldb, 32, c, ldc);
  else blocked(m, n, k, a, ars, acs, looseA, b, ldb, transposeB, c, ldc);
}

/** C += A B in blocks: B is packed, and A too unless `looseA`. */
function blocked(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  ars: usize,
  acs: usize,
  looseA: bool,
  b: usize,
  ldb: usize,
  transposeB: bool,
  c: usize,
  ldc: usize,
): void {
  const panels = own;
  const groups = own + COLUMNS * BLOCK * 4;
  for (let j = 0; j < n; j += COLUMNS) {
    const columns = min(COLUMNS, n - j);
    for (let p = 0; p < k; p += BLOCK) {
      const length = min(BLOCK, k - p);
      if (transposeB) packColumns(b + ldb * j + (p << 2), ldb, length, columns, panels);
      else packRows(b + ldb * p + (j << 2), ldb, length, columns, panels);
      const from = a + acs * p;
      const to = c + (j << 2);
      if (looseA) {
        macrokernel(m, columns, length, from, ars, acs, panels, 32, length << 5, to, ldc);
        continue;
      }
      for (let i = 0; i < m; i += ROWS) {
        const rows = min(ROWS, m - i);
        if (acs == 4) packGroups(from + ars * i, ars, rows, length, groups);
        else packTransposedGroups(from + (i << 2), acs, rows, length, groups);
        packedMacrokernel(rows, columns, length, groups, panels, to + ldc * i, ldc);
      }
    }
  }
}

/** C = the sum of the biases. */
function setToBiases(pc: usize, m: i32, n: i32, column: i32, c: usize, ldc: usize): void {
  const bias = load<i32>(pc, f.GEMM_BIAS);
  const bias2 = load<i32>(pc, f.GEMM_BIAS2);
  if (bias < 0 && bias2 < 0) {
    for (let i = 0; i < m; i++) zero(c + ldc * i, n);
    return;
  }
  zero(c, n);
  addBiases(pc, 1, n, column, c, ldc);
  for (let i = 1; i < m; i++) copy(c + ldc * i, c, n);
}

/** C += the biases. */
function addBiases(pc: usize, m: i32, n: i32, column: i32, c: usize, ldc: usize): void {
  const bias = load<i32>(pc, f.GEMM_BIAS);
  const bias2 = load<i32>(pc, f.GEMM_BIAS2);
  if (bias >= 0) addRow(address(bias + column), m, n, c, ldc);
  if (bias2 >= 0) {
    const count = min(n, load<i32>(pc, f.GEMM_BIAS2_COUNT) - column);
    addRow(address(bias2 + column), m, count, c, ldc);
  }
}

function addRow(row: usize, m: i32, n: i32, c: usize, ldc: usize): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j += 4) {
      const to = c + (j << 2);
      put(to, f32x4.add(v128.load(to), v128.load(row + (j << 2))), n - j);
    }
    c += ldc;
  }
}

/** The instruction `columnSum`. */
export function columnSum(pc: usize): void {
  const rows = load<i32>(pc, f.COLUMN_SUM_ROWS);
  const columns = load<i32>(pc, f.COLUMN_SUM_COLUMNS);
  const lda: usize = load<i32>(pc, f.COLUMN_SUM_LDA) << 2;
  const a = address(load<i32>(pc, f.COLUMN_SUM_A));
  const out = address(load<i32>(pc, f.COLUMN_SUM_OUT));
  const fresh = load<i32>(pc, f.COLUMN_SUM_ACCUMULATE) == 0;
  const first = shareStart(columns, 16, thread);
  const end = shareStart(columns, 16, thread + 1);
  for (let j = first; j < end; j += 16) {
    const to = out + (j << 2);
    let from = a + (j << 2);
    const zero = f32x4.splat(0);
    let s0 = fresh ? zero : v128.load(to);
    let s1 = fresh ? zero : v128.load(to, 16);
    let s2 = fresh ? zero : v128.load(to, 32);
    let s3 = fresh ? zero : v128.load(to, 48);
    for (let i = rows; i > 0; i--) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32));
      s3 = f32x4.add(s3, v128.load(from, 48));
      from += lda;
    }
    put(to, s0, end - j);
    if (end - j > 4) put(to + 16, s1, end - j - 4);
    if (end - j > 8) put(to + 32, s2, end - j - 8);
    if (end - j > 12) put(to + 48, s3, end - j - 12);
  }
}
