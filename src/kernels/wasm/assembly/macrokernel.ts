/**
 * Macrokernels: C += A B of any size, from microkernels that compute tiles of C.
 *
 * @module
 */
import { packed6x8, tile1x16, tile1x32, tile1x8, tile2x16, tile2x8, tile4x8, tile5x8, tile6x8 } from "./microkernels";

/**
 * The number of terms that are added before the next panel: a panel of 256 rows fits in the
 * first-level cache.
 */
export const BLOCK: i32 = 256;

/**
 * C [m, n] += A [m, k] B [k, n]; strides as in microkernels.ts. B is stored in panels of 8 columns,
 * `ps` bytes apart: packed, or as a row-major matrix with `ps` 32.
 */
export function macrokernel(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  ars: usize,
  acs: usize,
  b: usize,
  bs: usize,
  ps: usize,
  c: usize,
  cs: usize,
): void {
  for (let first = 0; first < k; first += BLOCK) {
    const length = min(BLOCK, k - first);
    rows(m, n, length, a, ars, acs, b, bs, ps, c, cs);
    a += acs * BLOCK;
    b += bs * BLOCK;
  }
}

function rows(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  ars: usize,
  acs: usize,
  b: usize,
  bs: usize,
  ps: usize,
  c: usize,
  cs: usize,
): void {
  const rest = m % 6;
  const full = m - rest;
  const tall = rest >= 4;
  if (full > 0 || tall) {
    let panel = b;
    let column = c;
    for (let j = 0; j < n; j += 8) {
      let row = a;
      let to = column;
      for (let i = 0; i < full; i += 6) {
        tile6x8(row, ars, acs, panel, bs, to, cs, k, n - j);
        row += ars * 6;
        to += cs * 6;
      }
      if (rest == 4) tile4x8(row, ars, acs, panel, bs, to, cs, k, n - j);
      else if (rest == 5) tile5x8(row, ars, acs, panel, bs, to, cs, k, n - j);
      panel += ps;
      column += 32;
    }
  }
  if (rest > 0 && !tall) {
    few(rest, n, k, a + ars * full, ars, acs, b, bs, ps, c + cs * full, cs);
  }
}

/** C += A B for 1 to 3 rows. */
export function few(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  ars: usize,
  acs: usize,
  b: usize,
  bs: usize,
  ps: usize,
  c: usize,
  cs: usize,
): void {
  if (m >= 2) {
    let j = 0;
    let panel = b;
    for (; j + 16 <= n; j += 16) {
      tile2x16(a, ars, acs, panel, bs, ps, c + (j << 2), cs, k);
      panel += ps * 2;
    }
    for (; j < n; j += 8) {
      tile2x8(a, ars, acs, panel, bs, c + (j << 2), cs, k, n - j);
      panel += ps;
    }
    a += ars * 2;
    c += cs * 2;
  }
  if (m & 1) {
    let j = 0;
    let panel = b;
    for (; j + 32 <= n; j += 32) {
      tile1x32(a, acs, panel, bs, ps, c + (j << 2), k);
      panel += ps * 4;
    }
    if (j + 16 <= n) {
      tile1x16(a, acs, panel, bs, ps, c + (j << 2), k);
      panel += ps * 2;
      j += 16;
    }
    for (; j < n; j += 8) {
      tile1x8(a, 0, acs, panel, bs, c + (j << 2), 0, k, n - j);
      panel += ps;
    }
  }
}

/**
 * C [m, n] += A B with k at most BLOCK. A is packed in groups of 6 rows [k][6], one group after the
 * other, and B in panels [k][8].
 */
export function packedMacrokernel(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  b: usize,
  c: usize,
  cs: usize,
): void {
  const group: usize = k * 24;
  const panelSize: usize = k * 32;
  const rest = m % 6;
  const full = m - rest;
  for (let j = 0; j < n; j += 8) {
    let row = a;
    let to = c + (j << 2);
    for (let i = 0; i < full; i += 6) {
      packed6x8(row, b, to, cs, k, n - j);
      row += group;
      to += cs * 6;
    }
    if (rest == 4) tile4x8(row, 4, 24, b, 32, to, cs, k, n - j);
    else if (rest == 5) tile5x8(row, 4, 24, b, 32, to, cs, k, n - j);
    b += panelSize;
  }
  if (rest > 0 && rest < 4) {
    const panels: usize = (n + 7) >> 3;
    few(rest, n, k, a + (full / 6) * group, 4, 24, b - panels * panelSize, 32, panelSize, c + cs * full, cs);
  }
}
