/**
 * Packing: copies matrices into the order in which microkernels read them. Strides are in bytes.
 *
 * Rows and columns beyond the end are filled with unrelated numbers; microkernels drop the results.
 *
 * @module
 */

/** Packs B [k, n], rows `ldb` apart, into panels of 8 columns [k][8]. */
export function packRows(b: usize, ldb: usize, k: i32, n: i32, to: usize): void {
  for (let j = 0; j < n; j += 8) {
    let from = b + (j << 2);
    for (let p = k; p > 0; p--) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += ldb;
      to += 32;
    }
  }
}

/** Packs the transpose of B [n, k], rows `ldb` apart, into panels of 8 columns [k][8]. */
export function packColumns(b: usize, ldb: usize, k: i32, n: i32, to: usize): void {
  const panel: usize = k * 32;
  for (let j = 0; j < n; j += 4) {
    const half = to + (j >> 3) * panel + (j & 4) * 4;
    four(b, ldb, n - j, k, half, 32);
    b += ldb * 4;
  }
}

/** Transposes four rows, `stride` apart, of which `count` exist: to[p * step][row]. */
function four(from: usize, stride: usize, count: i32, k: i32, to: usize, step: usize): void {
  let r0 = from;
  let r1 = count > 1 ? from + stride : from;
  let r2 = count > 2 ? from + stride * 2 : from;
  let r3 = count > 3 ? from + stride * 3 : from;
  let p = k;
  for (; p >= 4; p -= 4) {
    const a = v128.load(r0), b = v128.load(r1), c = v128.load(r2), d = v128.load(r3);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(to + step, v128.shuffle<f64>(ab, cd, 1, 3));
    v128.store(to + step * 2, v128.shuffle<f64>(AB, CD, 0, 2));
    v128.store(to + step * 3, v128.shuffle<f64>(AB, CD, 1, 3));
    to += step * 4;
    r0 += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
  }
  for (; p > 0; p--) {
    store<f32>(to, load<f32>(r0));
    store<f32>(to, load<f32>(r1), 4);
    store<f32>(to, load<f32>(r2), 8);
    store<f32>(to, load<f32>(r3), 12);
    to += step;
    r0 += 4;
    r1 += 4;
    r2 += 4;
    r3 += 4;
  }
}

/** Packs A [m, k], rows `lda` apart, into groups of 6 rows [k][6]. */
export function packGroups(a: usize, lda: usize, m: i32, k: i32, to: usize): void {
  for (let i = 0; i < m; i += 6) {
    four(a, lda, m - i, k, to, 24);
    const last = m - i - 1;
    let r4 = a + lda * (<usize>min(4, last));
    let r5 = a + lda * (<usize>min(5, last));
    for (let p = k; p > 0; p--) {
      store<f32>(to, load<f32>(r4), 16);
      store<f32>(to, load<f32>(r5), 20);
      to += 24;
      r4 += 4;
      r5 += 4;
    }
    a += lda * 6;
  }
}

/** Packs A [m, k], stored as [k, m] with rows `lda` apart, into groups of 6 rows [k][6]. */
export function packTransposedGroups(a: usize, lda: usize, m: i32, k: i32, to: usize): void {
  for (let i = 0; i < m; i += 6) {
    let from = a + (i << 2);
    for (let p = k; p > 0; p--) {
      v128.store(to, v128.load(from));
      v128.store64_lane(to, v128.load64_zero(from, 16), 0, 16);
      from += lda;
      to += 24;
    }
  }
}
