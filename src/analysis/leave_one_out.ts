/**
 * The importance of each word for the output, measured by leaving it out.
 *
 * @module
 */
import type { TensorContainer } from "@tensorflow/tfjs";
import {
  canOmit,
  omissionProgram,
  type OmissionRoutine,
  stateIndices,
} from "../kernels/omission_program.ts";
import type { Session } from "../kernels/program.ts";
import { softmaxOf, variation } from "./attention_distances.ts";
import { attend, byNetwork, idsOf } from "./attention_importance.ts";
import { AttentionNetworks, type Chunk, chunksOf, type Networks } from "./attention_networks.ts";

/**
 * Computes the importance of each word as the total variation distance between the output for the
 * sequence and the output for the sequence without the word.
 *
 * Source: Jain & Wallace (2019), arXiv:1902.10186, section 4.1 and algorithm 1.
 *
 * @param networks The networks, as {@link attendSequences} takes them.
 * @param sequences The ids of each sequence, at least one.
 * @returns The importance [network][sequence][word], from 0 to 1; `null` for a sequence of one word,
 * which would be empty without it.
 * @throws {InputError} If networks or sequences are of another kind, if a network was disposed of, or
 * if an id does not exist.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding, GRU, Random, selectBackend, SequenceModel } from "../../mod.ts";
 * import { leaveOneOut } from "../analysis.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const sizes = { numEmbeddings: 50, embeddingDim: 8 };
 * using model = new SequenceModel({
 *   embedding: new Embedding({ ...sizes, random: random.fork("embedding") }),
 *   recurrent: new GRU({ inputSize: 8, hiddenSize: 16, random: random.fork("gru") }),
 *   attention: { size: 16, random: random.fork("attention") },
 *   head: { outFeatures: 2, random: random.fork("head") },
 * });
 * const [[long, short] = []] = await leaveOneOut(model, [[4, 7, 8], [9]]);
 * assertEquals([long?.length, short], [3, null]);
 * ```
 */
export async function leaveOneOut<State extends TensorContainer, Name extends string>(
  networks: Networks<State, Name>,
  sequences: readonly ArrayLike<number>[],
): Promise<(number[] | null)[][]> {
  const found = await AttentionNetworks.read(networks);
  found.check(sequences);
  const attended = await attend(found, sequences);
  const logits = attended.map((texts) => texts.map(({ logits }) => logits));
  return await importanceByOmission(found, sequences, logits);
}

/**
 * Computes what {@link leaveOneOut} returns.
 *
 * @param networks The networks.
 * @param sequences Sequences that the networks accept.
 * @param logits The logits of the whole sequences [network][sequence][class].
 * @returns The importance [network][sequence][word].
 */
export async function importanceByOmission(
  networks: AttentionNetworks,
  sequences: readonly ArrayLike<number>[],
  logits: readonly (readonly (readonly number[])[])[],
): Promise<(number[] | null)[][]> {
  const found = byNetwork<number[] | null>(networks, sequences, null);
  const { classes } = networks;
  const [whole, part] = [new Float64Array(classes), new Float64Array(classes)];
  const take: TakeOutputs = ({ steps, items }, outputs) => {
    const batch = items.length;
    found.forEach((texts, r) => {
      items.forEach((item, b) => {
        softmaxOf(logits[r]?.[item] ?? [], whole);
        texts[item] = Array.from({ length: steps }, (_, omitted) => {
          const at = ((r * steps + omitted) * batch + b) * classes;
          softmaxOf(outputs.subarray(at, at + classes), part);
          return variation(whole, part);
        });
      });
    });
  };
  const chunks = chunksOf(sequences, (length) => length === 1 ? 0 : length);
  const longest = canOmit(networks.spec) ? LONGEST : 0;
  const [short, long] = [
    chunks.filter(({ steps }) => steps <= longest),
    chunks.filter(({ steps }) => steps > longest),
  ];
  await outputsTogether(networks, sequences, short, take);
  await outputsOfCopies(networks, sequences, long, take);
  return found;
}

/**
 * The number of steps up to which the copies of a sequence share states. The memory for them grows
 * with the square of the steps; other copies can be computed in parts.
 */
const LONGEST = 256;

/** The largest number of rows of copies, steps times sequences, that are computed together. */
const COPY_ROWS = 4096;

/** Takes the logits of the sequences of a chunk [network, omitted step, sequence, class]. */
type TakeOutputs = (chunk: Chunk, outputs: Float32Array) => void;

/** Computes the logits of networks of one layer, whose copies of a sequence share states. */
async function outputsTogether(
  networks: AttentionNetworks,
  sequences: readonly ArrayLike<number>[],
  chunks: readonly Chunk[],
  take: TakeOutputs,
): Promise<void> {
  if (chunks.length === 0) return;
  const sizes = new Map(chunks.map((chunk) => [keyOf(chunk), sizeOf(chunk)]));
  const made = omissionProgram(networks.spec, [...sizes.values()]);
  const routines = new Map([...sizes.keys()].map((key, i) => [key, made.routines[i]]));
  const session = networks.start(made);
  try {
    let before: OmissionRoutine | undefined;
    for (const chunk of chunks) {
      const routine = routines.get(keyOf(chunk));
      if (!routine) throw new Error(`no routine for ${keyOf(chunk)}`);
      // The routines of other sizes use the same memory.
      if (routine !== before) writeIndices(networks, session, routine, chunk);
      before = routine;
      session.write(routine.x, networks.repeat(idsOf(sequences, chunk)));
      session.run(routine.name);
      take(chunk, await session.read(routine.logits));
    }
  } finally {
    session.dispose();
  }
}

function sizeOf({ steps, items }: Chunk): { steps: number; batch: number } {
  return { steps, batch: items.length };
}

function keyOf({ steps, items }: Chunk): string {
  return `${steps} ${items.length}`;
}

function writeIndices(
  networks: AttentionNetworks,
  session: Session,
  { indices, repeats }: OmissionRoutine,
  chunk: Chunk,
): void {
  const size = sizeOf(chunk);
  session.write(
    repeats,
    networks.repeat(Float32Array.from({ length: repeats.size }, (_, i) => i % size.batch)),
  );
  indices.forEach((region, direction) => {
    session.write(region, networks.repeat(stateIndices(networks.spec, direction, size)));
  });
}

/** Computes the logits of any network, from a shortened copy of a sequence for each of its words. */
async function outputsOfCopies(
  networks: AttentionNetworks,
  sequences: readonly ArrayLike<number>[],
  chunks: readonly Chunk[],
  take: TakeOutputs,
): Promise<void> {
  if (chunks.length === 0) return;
  using open = networks.open(chunks.flatMap((chunk) => partsOf(chunk).map(({ size }) => size)));
  for (const chunk of chunks) {
    const { steps, items } = chunk;
    const each = items.length * networks.classes;
    const outputs = new Float32Array(networks.count * steps * each);
    for (const { first, count, size } of partsOf(chunk)) {
      const routines = open.run("output", idsOfCopies(sequences, chunk, first, count), size);
      const found = await open.read(routines.logits);
      for (let r = 0; r < networks.count; r++) {
        const own = found.subarray(r * count * each, (r + 1) * count * each);
        outputs.set(own, (r * steps + first) * each);
      }
    }
    take(chunk, outputs);
  }
}

/** The copies of the sequences of a chunk without `count` words from word `first`. */
interface CopiesPart {
  readonly first: number;
  readonly count: number;
  /** The sizes of the batch. */
  readonly size: { readonly steps: number; readonly batch: number };
}

function partsOf({ steps, items }: Chunk): CopiesPart[] {
  const most = Math.max(1, Math.floor(COPY_ROWS / ((steps - 1) * items.length)));
  return Array.from({ length: Math.ceil(steps / most) }, (_, i): CopiesPart => {
    const first = i * most;
    const count = Math.min(most, steps - first);
    return { first, count, size: { steps: steps - 1, batch: count * items.length } };
  });
}

/** Returns the ids of copies [step, omitted word, sequence]. */
function idsOfCopies(
  sequences: readonly ArrayLike<number>[],
  { steps, items }: Chunk,
  first: number,
  count: number,
): Float32Array {
  const ids = new Float32Array((steps - 1) * count * items.length);
  for (let t = 0; t < steps - 1; t++) {
    for (let o = 0; o < count; o++) {
      items.forEach((item, b) => {
        const id = sequences[item]?.[t < first + o ? t : t + 1] ?? NaN;
        ids[(t * count + o) * items.length + b] = id;
      });
    }
  }
  return ids;
}
