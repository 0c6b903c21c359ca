import { assert, assertEquals } from "@std/assert";
import { cpuExecutor } from "../../../src/kernels/cpu/executor.ts";
import { HYPER, hyperColumn } from "../../../src/kernels/instructions.ts";
import { Layout } from "../../../src/kernels/program.ts";
import { keepThreshold } from "../../../src/kernels/dropout.ts";
import { dropoutMask } from "../../../src/model/reference/dropout_mask.ts";
import { forEachBackend } from "../../backends.ts";

/** Runs the kernels' dropout on ones in each replica, with the seeds of the replicas. */
async function dropped(
  count: number,
  dropout: number,
  stream: number,
  seeds: readonly (readonly [low: number, high: number])[],
): Promise<number[]> {
  const layout = new Layout();
  const [x, hyper] = [layout.add(count), layout.add(HYPER.length)];
  const places = { x: x.offset, y: x.offset, hyper: hyper.offset };
  const drop = { op: "dropout", count, keep: keepThreshold(dropout), stream, ...places } as const;
  const program = { size: layout.size, routines: { drop: [drop] } };
  const session = cpuExecutor().start(program, seeds.length);
  session.write(x, Array(count * seeds.length).fill(1));
  const rows = seeds.map(([low, high]) =>
    HYPER.map((_, i) => i === hyperColumn.seedLow ? low : i === hyperColumn.seedHigh ? high : 0)
  );
  session.write(hyper, rows.flat());
  session.run("drop");
  return [...await session.read(x)];
}

forEachBackend("dropoutMask() is what the kernels' dropout leaves of ones", async () => {
  for (const [dropout, stream] of [[0.5, 0], [0.3, 2], [0.9, 1], [0, 0]] as const) {
    const shape = [3, 4, 5, 2];
    const each = await dropoutMask(shape, dropout, stream, [1, 2, 3, 4, 2 ** 24 - 1, 0]).data();
    const pairs = [[1, 2], [3, 4], [2 ** 24 - 1, 0]] as const;
    assertEquals([...each], await dropped(40, dropout, stream, pairs));
    const shared = await dropoutMask(shape, dropout, stream, [1, 2]).data();
    const same = [[1, 2], [1, 2], [1, 2]] as const;
    assertEquals([...shared], await dropped(40, dropout, stream, same));
  }
});

forEachBackend(
  "dropoutMask() has the given shape, and differs between streams",
  async () => {
    const mask = dropoutMask([1, 30, 20], 0.5, 0, [1, 2]);
    assertEquals(mask.shape, [1, 30, 20]);
    const [first, second] = [
      await mask.data(),
      await dropoutMask([1, 600], 0.5, 1, [1, 2]).data(),
    ];
    const equal = first.filter((coin, i) => coin === second[i]).length;
    // On average 300 of 600 pairs of fair bits agree, with a standard deviation of 12.
    assert(equal > 240 && equal < 360, `${equal} agree`);
  },
);
