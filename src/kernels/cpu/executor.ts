import type { TensorInfo } from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import { float32Array, sizeOf } from "../../core/shapes.ts";
import { tf } from "../../core/tfjs.ts";
import type { Command, Fields, Instruction } from "../instructions.ts";
import type { Executor, Program, Region, Session } from "../program.ts";
import * as attention from "./attention.ts";
import * as cells from "./cells.ts";
import { type Arena, columnSum, gemm } from "./linear_algebra.ts";
import * as moves from "./moves.ts";
import * as training from "./training.ts";

/**
 * Runs one instruction.
 *
 * @param step The step within the run.
 * @param row The row of losses, norms and hyperparameters.
 */
type Handler<K extends Instruction> = (
  arena: Arena,
  fields: Fields<K>,
  step: number,
  row: number,
) => void;

const handlers: { readonly [K in Instruction]: Handler<K> } = {
  gemm,
  columnSum,
  ...attention,
  ...cells,
  ...moves,
  ...training,
};

function runCommand<K extends Instruction>(
  arena: Arena,
  command: Command<K>,
  step: number,
  row: number,
): void {
  handlers[command.op](arena, command, step, row);
}

/** Options for {@link cpuExecutor}. */
export interface CpuOptions {
  /** The numbers of the arena; arithmetic is float64 in both cases. Default: `"float32"`. */
  readonly precision?: "float32" | "float64";
}

/**
 * Makes an executor that runs programs in plain TypeScript, one number at a time. The fast
 * executors are tested against this executor. In float64 its results are exact enough for finite
 * differences.
 *
 * @param options The precision of the arena.
 * @returns The executor.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Layout } from "../program.ts";
 * import { cpuExecutor } from "./executor.ts";
 *
 * const layout = new Layout();
 * const [from, to] = [layout.add(2), layout.add(2)];
 * const add = { op: "add", count: 2, from: from.offset, to: to.offset } as const;
 * const session = cpuExecutor().start({ size: layout.size, routines: { add: [add] } }, 1);
 * session.write(from, new Float32Array([1, 2]));
 * session.write(to, new Float32Array([10, 20]));
 * session.run("add");
 * assertEquals([...await session.read(to)], [11, 22]);
 * session.dispose();
 * ```
 */
export function cpuExecutor({ precision = "float32" }: CpuOptions = {}): CpuExecutor {
  return {
    start(program: Program, replicas: number): CpuSession {
      const shape = [replicas, program.size];
      const arena = precision === "float64"
        ? new Float64Array(sizeOf(shape))
        : float32Array("the arena", shape);
      return new CpuSession(program, replicas, arena);
    },
  };
}

/** The executor that {@link cpuExecutor} makes. */
export interface CpuExecutor extends Executor {
  start(program: Program, replicas: number): CpuSession;
}

/** A program with its arenas in a typed array. */
export class CpuSession implements Session {
  readonly #program: Program;
  readonly #replicas: readonly Arena[];

  constructor(program: Program, replicas: number, arena: Arena) {
    this.#program = program;
    const { size } = program;
    this.#replicas = Array.from({ length: replicas }, (_, r) => {
      return arena.subarray(r * size, (r + 1) * size);
    });
  }

  write({ offset, size }: Region, values: ArrayLike<number>): void {
    if (values.length !== size * this.#replicas.length) {
      throw new InputError("values", `${size * this.#replicas.length} numbers`, values.length);
    }
    this.#replicas.forEach((arena, r) => {
      for (let i = 0; i < size; i++) arena[offset + i] = values[r * size + i] ?? 0;
    });
  }

  writeTensor(region: Region, tensor: TensorInfo): void {
    if (tensor.dtype !== "float32") {
      throw new InputError("the tensor's dtype", "float32", tensor.dtype);
    }
    // The cpu backend of tfjs may store a plain array.
    this.write(region, Float32Array.from(tf.backend().readSync(tensor.dataId), Number));
  }

  read(region: Region): Promise<Float32Array> {
    return Promise.resolve(this.#gathered(region));
  }

  /** Returns a region of every replica, at the precision of the arena. */
  numbers({ offset, size }: Region): number[] {
    return this.#replicas.flatMap((arena) => Array.from(arena.subarray(offset, offset + size)));
  }

  readTensor(region: Region, shape: readonly number[]): TensorInfo {
    const dataId = tf.backend().write(this.#gathered(region), [...shape], "float32");
    return { dataId, shape: [...shape], dtype: "float32" };
  }

  views({ offset, size }: Region): readonly Arena[] {
    return this.#replicas.map((arena) => arena.subarray(offset, offset + size));
  }

  #gathered(region: Region): Float32Array {
    const values = float32Array("the region", [this.#replicas.length, region.size]);
    this.views(region).forEach((view, r) => values.set(view, r * region.size));
    return values;
  }

  run(routine: string, steps = 1, first = 0): void {
    const commands = this.#program.routines[routine];
    if (commands === undefined) {
      throw new InputError("routine", Object.keys(this.#program.routines).join(" or "), routine);
    }
    for (const arena of this.#replicas) {
      for (let step = 0; step < steps; step++) {
        for (const command of commands) runCommand(arena, command, step, first + step);
      }
    }
  }

  dispose(): void {
    // The arena is garbage collected.
  }
}
