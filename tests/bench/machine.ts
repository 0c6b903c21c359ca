import * as tf from "@tensorflow/tfjs";
import type { Executor } from "../../src/kernels/program.ts";
import type { Command } from "../../src/kernels/instructions.ts";
import { Layout } from "../../src/kernels/program.ts";
import { timeFor } from "./timed.ts";

/** Bytes of what is copied, read and written together: caches of every level, and memory. */
export const COPIED = [2 ** 16, 2 ** 20, 2 ** 24, 2 ** 27] as const;

/** The sides of the square products of which the fastest counts. */
const SIDES = [256, 512, 1024] as const;

/** How often each speed is measured; the best counts. */
const TRIES = 3;

/** Bytes a second that a copy in this process reads and writes, by size. */
export async function copySpeeds(): Promise<{ size: number; bytesPerSecond: number }[]> {
  const speeds = [];
  for (const size of COPIED) {
    const source = new Float32Array(size / 8);
    const target = new Float32Array(size / 8);
    const run = (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) target.set(source);
      return Promise.resolve();
    };
    speeds.push({ size, bytesPerSecond: size / await fastest(run, 0.05) });
  }
  return speeds;
}

/** Floating-point operations a second of an executor's matrix product, two a multiply-add. */
export async function kernelSpeed(executor: Executor): Promise<number> {
  let best = 0;
  for (const n of SIDES) {
    const layout = new Layout();
    const [a, b, c] = [layout.add(n * n), layout.add(n * n), layout.add(n * n)];
    const product: Command = {
      ...{ op: "gemm", m: n, n, k: n, a: a.offset, lda: n, transposeA: 0, b: b.offset, ldb: n },
      ...{ transposeB: 0, c: c.offset, ldc: n, accumulate: 0, bias: -1, bias2: -1, bias2Count: 0 },
    };
    const session = executor.start({ size: layout.size, routines: { product: [product] } }, 1);
    for (const region of [a, b]) session.write(region, new Float32Array(n * n).fill(0.5));
    const seconds = await fastest(async (times) => {
      session.run("product", times);
      await session.read({ offset: c.offset, size: 1 });
    }, 0.1);
    session.dispose();
    best = Math.max(best, 2 * n ** 3 / seconds);
  }
  return best;
}

/** The same of tfjs's own product on its current backend. */
export async function stockSpeed(): Promise<number> {
  let best = 0;
  for (const n of SIDES) {
    const [a, b] = [tf.fill([n, n], 0.5), tf.fill([n, n], 0.5)];
    const seconds = await fastest(async (times) => {
      for (let i = 1; i < times; i++) tf.matMul(a, b).dispose();
      const last = tf.matMul(a, b);
      await last.data();
      last.dispose();
    }, 0.1);
    tf.dispose([a, b]);
    best = Math.max(best, 2 * n ** 3 / seconds);
  }
  return best;
}

async function fastest(run: (times: number) => Promise<void>, seconds: number): Promise<number> {
  let best = Infinity;
  let times = 1;
  for (let i = 0; i < TRIES; i++) {
    const found = await timeFor({ run }, seconds, times);
    times = found.times;
    best = Math.min(best, found.seconds);
  }
  return best;
}
