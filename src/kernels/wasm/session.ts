import type * as tf from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import { float32Array, sizeOf } from "../../core/shapes.ts";
import type { Session } from "../executor.ts";
import { encode } from "../encode.ts";
import type { Command } from "../instructions.ts";
import type { Program, Region } from "../program.ts";
import { LINE } from "./heap.ts";
import type { Machine } from "./machine.ts";
import { newTensor, tensorNumbers } from "./tensors.ts";
import { sharingOf, type Work, workOf } from "./work.ts";

/** A routine in the machine's memory. */
interface Routine {
  readonly address: number;
  readonly bytes: number;
  readonly work: Work;
}

/** A program with its arenas in the memory of a {@link Machine}. */
export class WasmSession implements Session {
  readonly #machine: Machine;
  readonly #replicas: number;
  readonly #routines = new Map<string, Routine>();
  /** Bytes of an arena: whole cache lines, so that threads do not share one. */
  readonly #stride: number;
  readonly #arenas: number;
  readonly #share: "replicas" | "commands" | undefined;
  #disposed = false;

  constructor(
    machine: Machine,
    program: Program,
    replicas: number,
    share?: "replicas" | "commands",
  ) {
    if (!Number.isInteger(replicas) || replicas < 1) {
      throw new InputError("replicas", "a positive integer", replicas);
    }
    this.#machine = machine;
    this.#replicas = replicas;
    this.#share = share;
    this.#stride = Math.ceil((program.size * 4) / LINE) * LINE;
    this.#arenas = machine.memory.take(this.#stride * replicas, "arena");
    try {
      for (const [name, commands] of Object.entries(program.routines)) this.#add(name, commands);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  #add(name: string, commands: readonly Command[]): void {
    const words = encode(commands);
    const bytes = 4 * (words.length + 1);
    const { memory } = this.#machine;
    const address = memory.take(bytes, "program");
    this.#routines.set(name, { address, bytes, work: workOf(commands) });
    const place = memory.words(address, words.length + 1);
    place[0] = words.length;
    place.set(words, 1);
    this.#machine.prepare(address);
  }

  write(region: Region, values: Float32Array): void {
    const { size } = region;
    if (values.length !== size * this.#replicas) {
      throw new InputError("values", `${size * this.#replicas} numbers`, values.length);
    }
    for (let r = 0; r < this.#replicas; r++) {
      this.#numbers(region, r).set(
        this.#replicas === 1 ? values : values.subarray(r * size, (r + 1) * size),
      );
    }
  }

  writeTensor(region: Region, tensor: tf.TensorInfo): void {
    this.write(region, tensorNumbers(tensor));
  }

  read(region: Region): Promise<Float32Array> {
    const values = float32Array("what is read", [this.#replicas, region.size]);
    this.#gather(region, values);
    return Promise.resolve(values);
  }

  readTensor(region: Region, shape: readonly number[]): tf.TensorInfo {
    const size = sizeOf(shape);
    if (size !== region.size * this.#replicas) {
      throw new InputError("shape", `of ${region.size * this.#replicas} numbers`, [...shape]);
    }
    return newTensor(shape, (values) => this.#gather(region, values));
  }

  #gather(region: Region, values: Float32Array): void {
    for (let r = 0; r < this.#replicas; r++) values.set(this.#numbers(region, r), r * region.size);
  }

  /** A region of a replica, in place. */
  #numbers({ offset, size }: Region, replica: number): Float32Array<SharedArrayBuffer> {
    this.#check();
    return this.#machine.memory.floats(this.#arenas + replica * this.#stride + 4 * offset, size);
  }

  run(routine: string, steps = 1, first = 0): void {
    this.#check();
    const found = this.#routines.get(routine);
    if (found === undefined) {
      throw new InputError("routine", [...this.#routines.keys()].join(" or "), routine);
    }
    if (!Number.isInteger(steps) || steps < 0) {
      throw new InputError("steps", "an integer of at least 0", steps);
    }
    const { most } = this.#machine;
    this.#machine.run({
      ...(this.#share === undefined
        ? sharingOf(found.work, steps, this.#replicas, most)
        : { threads: most, inside: this.#share === "commands" }),
      routine: found.address,
      steps,
      first,
      arenas: this.#arenas,
      stride: this.#stride,
      replicas: this.#replicas,
    });
  }

  #check(): void {
    if (this.#disposed) throw new InputError("the session", "open", "one that was disposed of");
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#machine.memory.give(this.#arenas, this.#stride * this.#replicas);
    for (const { address, bytes } of this.#routines.values()) {
      this.#machine.memory.give(address, bytes);
    }
  }
}
