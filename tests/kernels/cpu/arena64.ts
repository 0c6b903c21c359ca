import { Random } from "../../../src/core/random.ts";
import { cpuExecutor, type CpuSession } from "../../../src/kernels/cpu/executor.ts";
import type { Command } from "../../../src/kernels/instructions.ts";
import { Layout, type Region } from "../../../src/kernels/program.ts";

/** Commands on named regions in float64, where rounding errors do not matter. */
export class Arena64<Name extends string> {
  readonly #regions = new Map<string, Region>();
  readonly #session: CpuSession;

  /**
   * Lays out regions and fills them.
   *
   * @param values The initial numbers of each region.
   * @param routines Commands by name; `at` returns the offset of a region.
   */
  constructor(
    values: Readonly<Record<Name, readonly number[]>>,
    routines: (at: (name: Name) => number) => Readonly<Record<string, Command>>,
  ) {
    const layout = new Layout();
    const entries = Object.entries<readonly number[]>(values);
    for (const [name, { length }] of entries) this.#regions.set(name, layout.add(length));
    const commands = Object.entries(routines((name) => this.#region(name).offset));
    const program = {
      size: layout.size,
      routines: Object.fromEntries(commands.map(([name, command]) => [name, [command]])),
    };
    this.#session = cpuExecutor({ precision: "float64" }).start(program, 1);
    for (const [name, numbers] of entries) this.#session.write(this.#region(name), numbers);
  }

  /** Runs a command `steps` times, from row `first` on. */
  run(routine: string, steps = 1, first = 0): void {
    this.#session.run(routine, steps, first);
  }

  /** Returns the numbers of a region. */
  numbers(name: Name): number[] {
    return this.#session.numbers(this.#region(name));
  }

  /** Fills a region. */
  write(name: Name, values: readonly number[]): void {
    this.#session.write(this.#region(name), values);
  }

  /** Returns central differences of a loss by each number of a region; `loss` may overwrite it. */
  differences(name: Name, loss: () => number): number[] {
    const step = 1e-5;
    const values = this.numbers(name);
    const found = values.map((value, k) => {
      const at = (moved: number): number => {
        this.write(name, values.with(k, moved));
        return loss();
      };
      return (at(value + step) - at(value - step)) / (2 * step);
    });
    this.write(name, values);
    return found;
  }

  #region(name: string): Region {
    const region = this.#regions.get(name);
    if (region === undefined) throw new RangeError(`no region ${name}`);
    return region;
  }
}

/** Returns the dot product of two lists. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}

/** Draws normal numbers, not rounded to float32. */
export function normals(seed: number, length: number): number[] {
  const random = new Random(seed);
  return Array.from({ length }, () => random.normal());
}
