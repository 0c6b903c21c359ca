import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import type { Session } from "../../kernels/executor.ts";
import { currentExecutor } from "../../kernels/executors.ts";
import { HYPER } from "../../kernels/hyper.ts";
import { type NamedShape, sizeOf } from "../../kernels/network.ts";
import type { Program, Region } from "../../kernels/program.ts";
import { RING, type UpdatePlaces } from "../../kernels/update_program.ts";
import type { ParameterStore, Resident } from "../../model/parameters/parameter_store.ts";

/**
 * The parameters of a model where the kernels train them, with Adam's moments: one arena, made for
 * the shapes of a batch and made anew when they change, the moments carried over.
 *
 * It borrows the parameters from their stores; whoever looks at the variables gets them back.
 */
export class TrainingArena implements Resident {
  /** How many steps were done. */
  steps = 0;
  /** How many times it went on from what was remembered, which makes step numbers begin anew. */
  resumes = 0;
  /** The parameters' shapes, without any axis of replicas, in their order. */
  readonly shapes: readonly NamedShape[];
  readonly #replicas: number;
  readonly #backend = tf.getBackend();
  #key = "";
  #open: Opened<UpdatePlaces> | null = null;
  #variables: readonly tf.Variable[] = [];
  #seen: tf.Variable["dataId"][] = [];
  #current = false;
  #resumed: Moments | null = null;

  /** Is told the parameters' shapes, without any axis of replicas, in their order. */
  constructor(shapes: readonly NamedShape[], replicas: number) {
    this.shapes = shapes;
    this.#replicas = replicas;
  }

  /** The variables whose parameters are here now; `null` where none are. */
  get borrowed(): readonly tf.Variable[] | null {
    return this.#current ? this.#variables : null;
  }

  /** What the arena was last opened for; empty before. */
  get key(): string {
    return this.#key;
  }

  /**
   * Makes the arena anew for a program, and carries over what was trained.
   *
   * @param key What the program is for, to tell by {@link TrainingArena.key} whether it is open.
   * @throws {InputError} If memory cannot hold it; training can go on in the arena that is open.
   */
  open<P extends UpdatePlaces>(key: string, { program, places }: Made<P>): Opened<P> {
    this.checkBackend();
    const session = currentExecutor().start(program, this.#replicas);
    try {
      this.flush();
      this.#current = false;
      for (const part of ["m", "v", "losses", "norms"] as const) {
        this.#carry(part, session, places[part]);
      }
    } catch (error) {
      session.dispose();
      throw error;
    }
    this.#open?.session.dispose();
    this.#key = key;
    this.#open = { session, places };
    return { session, places };
  }

  /**
   * Checks that tfjs computes where it did when training began.
   *
   * @throws {InputError} Where it does not.
   */
  checkBackend(): void {
    if (tf.getBackend() === this.#backend) return;
    throw new InputError("backend", `${this.#backend}, where training began`, tf.getBackend());
  }

  /** Brings the parameters into the arena, where they are not there already. */
  borrow(stores: readonly ParameterStore[]): void {
    if (this.#current) return this.#adopt();
    this.#variables = stores.flatMap((store) => Object.values(store.variables));
    this.writeParameters(this.#variables);
    this.#seen = this.#variables.map(({ dataId }) => dataId);
    for (const store of stores) store.lend(this);
    this.#current = true;
  }

  /** Takes over what was assigned to variables that someone held while they were lent. */
  #adopt(): void {
    this.#each("parameters", (region, i, session) => {
      const variable = this.#variables[i];
      // An assignment gives a variable other data.
      if (!variable || variable.dataId === this.#seen[i]) return;
      session.writeTensor(region, variable);
      this.#seen[i] = variable.dataId;
    });
  }

  /** Writes tensors into the parameters' or the gradients' places, in their order. */
  writeParameters(
    tensors: readonly tf.Tensor[],
    to: "parameters" | "gradients" = "parameters",
  ): void {
    this.#each(to, (region, i, session) => {
      const tensor = tensors[i];
      if (tensor) session.writeTensor(region, tensor);
    });
  }

  /** Gives variables the values of the parameters. */
  readParameters(variables: readonly (tf.Variable | undefined)[]): void {
    this.#each("parameters", (region, i, session) => {
      const variable = variables[i];
      if (variable === undefined) return;
      const tensor = readRegion(session, region, variable.shape);
      variable.assign(tensor);
      tensor.dispose();
    });
  }

  flush(): void {
    if (!this.#current) return;
    this.checkBackend();
    this.#adopt();
    this.readParameters(this.#variables);
  }

  stale(): void {
    this.#current = false;
  }

  /** Writes the hyperparameters of coming steps: rows by replica, then by step. */
  writeHyper(first: number, rows: Float32Array): void {
    if (!this.#open) return;
    const { session, places } = this.#open;
    const offset = places.hyper.offset + (first % RING) * HYPER.length;
    session.write({ offset, size: rows.length / this.#replicas }, rows);
  }

  /**
   * Losses or norms of steps that were done, by step and replica.
   *
   * @throws {InputError} Where later steps have taken their place.
   */
  async recall(what: "losses" | "norms", first: number, count: number): Promise<Float32Array[]> {
    if (!this.#open) {
      throw new InputError(
        what,
        "asked for before the optimizer is disposed of",
        "asked for after",
      );
    }
    if (this.steps - first > RING) {
      throw new InputError(what, `asked for within ${RING} steps`, this.steps - first);
    }
    const { session, places } = this.#open;
    const values = await session.read(places[what]);
    return Array.from({ length: count }, (_, step) => {
      const place = (first + step) % RING;
      return Float32Array.from(
        { length: this.#replicas },
        (_, r) => values[r * RING + place] ?? NaN,
      );
    });
  }

  /** What Adam remembers; `null` before the first step. */
  async moments(): Promise<Moments | null> {
    if (!this.#open || this.steps === 0) return this.#resumed;
    const { session, places } = this.#open;
    return { m: await session.read(places.m), v: await session.read(places.v) };
  }

  /** Goes on from what was remembered after so many steps; moments that are `null` are 0. */
  resume(steps: number, moments: Moments | null): void {
    this.steps = steps;
    this.resumes += 1;
    this.#resumed = moments;
    if (!this.#open) return;
    const { session, places } = this.#open;
    for (const part of ["m", "v"] as const) {
      const region = places[part];
      session.write(region, moments?.[part] ?? this.#zeros(region));
    }
  }

  /** Gives the parameters back and frees the arena. */
  dispose(): void {
    this.flush();
    this.#current = false;
    this.#open?.session.dispose();
    this.#open = null;
  }

  /** Carries a part of the old arena over; in the first one it is what is resumed, or 0. */
  #carry(part: "m" | "v" | "losses" | "norms", session: Session, region: Region): void {
    const before = this.#open;
    if (!before) {
      const resumed = part === "m" || part === "v" ? this.#resumed?.[part] : undefined;
      session.write(region, resumed ?? this.#zeros(region));
      return;
    }
    const shape = [this.#replicas, region.size];
    const tensor = readRegion(before.session, before.places[part], shape);
    session.writeTensor(region, tensor);
    tensor.dispose();
  }

  #zeros({ size }: Region): Float32Array {
    return new Float32Array(size * this.#replicas);
  }

  /** Visits the places of the parameters, or of their gradients. */
  #each(
    which: "parameters" | "gradients",
    visit: (region: Region, index: number, session: Session) => void,
  ): void {
    if (!this.#open) return;
    let { offset } = this.#open.places[which];
    for (const [i, { shape }] of this.shapes.entries()) {
      const size = sizeOf(shape);
      visit({ offset, size }, i, this.#open.session);
      offset += size;
    }
  }
}

/** A program that updates parameters, with its places. */
export interface Made<P extends UpdatePlaces> {
  /** The program. */
  readonly program: Program;
  /** Where what lies. */
  readonly places: P;
}

/** Such a program in an arena. */
export interface Opened<P extends UpdatePlaces> {
  /** Runs it. */
  readonly session: Session;
  /** Where what lies. */
  readonly places: P;
}

/** What Adam remembers of every parameter [replica, parameter], flat. */
export interface Moments {
  /** The mean of the gradients. */
  readonly m: Float32Array;
  /** The mean of their squares. */
  readonly v: Float32Array;
}

/** A region of an arena as a tensor that tfjs knows, the caller's to dispose. */
export function readRegion(
  session: Session,
  region: Region,
  shape: readonly number[],
): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(session.readTensor(region, [...shape]));
}
