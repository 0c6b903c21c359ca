import type { Fields } from "../instructions.ts";
import { writeTile } from "./gemm_write.ts";
import type { Tiled } from "./phase.ts";
import { unrolled } from "./phase.ts";

/** Rows of a slab of A and B that are in workgroup memory at a time. */
const slab = 16;

/** Tiles of the larger size that fill a large GPU. */
const enough = 128;

/**
 * A product by workgroups of 16 x 16 lanes: slabs of A and B go through workgroup memory, read
 * along rows of what is stored, and each lane keeps 4 x 4 sums, 2 x 2 where tiles would be few.
 *
 * @returns `undefined` where a dimension is too small for a tile.
 */
export function tiledGemm(f: Fields<"gemm">): Tiled | undefined {
  const { m, n, k } = f;
  if (m < 16 || n < 16 || k < 4) return undefined;
  const each = Math.ceil(m / 64) * Math.ceil(n / 64) >= enough ? 4 : 2;
  const size = 16 * each;
  const groups = [Math.ceil(n / size), Math.ceil(m / size)] as const;
  if (Math.max(...groups) > 65535) return undefined;
  return {
    declarations: `
      var<workgroup> slabA: array<f32, ${slab * (size + 1)}>;
      var<workgroup> slabB: array<f32, ${slab * (size + 1)}>;
    `,
    body: body(size, each, f),
    groups,
  };
}

function body(size: number, each: number, f: Fields<"gemm">): string {
  const [transposeA, transposeB] = [f.transposeA === 1, f.transposeB === 1];
  const grid = (part: (r: number, c: number) => string): string =>
    unrolled(each, (r) => unrolled(each, (c) => part(r, c)));
  // A column of the slab is one number longer than the tile, so that lanes meet no bank twice.
  return `
    let lane = i32(localIndex);
    let firstRow = i32(workgroupId.y) * ${size};
    let firstColumn = i32(workgroupId.x) * ${size};
    let across = lane % 16;
    let down = lane / 16;
    ${grid((r, c) => `var s${r}_${c} = 0.0;`)}
    for (var start = 0; start < $k; start += ${slab}) {
      for (var e = lane; e < ${slab * size}; e += 256) {
        ${place(transposeA, size, "i", "k")}
        let inside = firstRow + i < $m && start + k < $k;
        let source = ${
    transposeA ? "(start + k) * $lda + firstRow + i" : "(firstRow + i) * $lda + start + k"
  };
        slabA[k * ${size + 1} + i] = select(0.0, at($a + select(0, source, inside)), inside);
      }
      for (var e = lane; e < ${slab * size}; e += 256) {
        ${place(!transposeB, size, "j", "k")}
        let inside = firstColumn + j < $n && start + k < $k;
        let source = ${
    transposeB ? "(firstColumn + j) * $ldb + start + k" : "(start + k) * $ldb + firstColumn + j"
  };
        slabB[k * ${size + 1} + j] = select(0.0, at($b + select(0, source, inside)), inside);
      }
      workgroupBarrier();
      for (var k = 0; k < ${slab}; k++) {
        ${unrolled(each, (r) => `let x${r} = slabA[k * ${size + 1} + down + ${r * 16}];`)}
        ${unrolled(each, (c) => `let y${c} = slabB[k * ${size + 1} + across + ${c * 16}];`)}
        ${grid((r, c) => `s${r}_${c} += x${r} * y${c};`)}
      }
      workgroupBarrier();
    }
    ${
    writeTile(
      f,
      Array.from({ length: each }, (_, r) => `firstRow + down + ${r * 16}`),
      Array.from({ length: each }, (_, c) => `firstColumn + across + ${c * 16}`),
      [true, true],
    )
  }
  `;
}

/** Entry `e` of a slab, numbered as it is stored: along the tile or along the slab first. */
function place(alongTile: boolean, size: number, tile: string, inner: string): string {
  const [fast, slow, length] = alongTile ? [tile, inner, size] : [inner, tile, slab];
  return `let ${fast} = e % ${length}; let ${slow} = e / ${length};`;
}
