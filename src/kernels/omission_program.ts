/**
 * Routines that compute the output of a network for each sequence of a batch without each of its
 * steps in turn.
 *
 * A sequence of T steps has T shortened copies of T - 1 steps. Without shared work their scan takes
 * T (T - 1) steps in each direction. But in the forward direction a copy has the states of the whole
 * sequence before the omitted step, so only the later ones are computed: T (T - 1) / 2 in all. The
 * reverse direction is the mirror image. The scores of attention and the logits of a step are sums of
 * a part for each direction, so these parts are computed once for each state, too.
 *
 * @module
 */
import { attentionParameters } from "./network_readout.ts";
import { cells } from "./cells.ts";
import { type Command, gemm } from "./instructions.ts";
import {
  headWeight,
  type NetworkSpec,
  outputWidth,
  scoreSize,
  TABLE,
  withoutDropout,
} from "./network.ts";
import { layoutParameters } from "./network_forward.ts";
import { Layout, type Program, type Region } from "./program.ts";
import { directionsOf, type DirectionWeights, weightsAt, weightShapes } from "./stack.ts";
import { sharedRows } from "./stack_commands.ts";

/** The sizes of a batch of whole sequences without padding. */
export interface OmissionBatch {
  /** The steps of a whole sequence, at least 2. */
  readonly steps: number;
  /** The number of sequences. */
  readonly batch: number;
}

/** The routine for batches of one size, and the regions that it reads and writes. */
export interface OmissionRoutine {
  /** The name of the routine. */
  readonly name: string;
  /** The ids of the whole sequences [steps, batch], as floats. */
  readonly x: Region;
  /** For each direction, what {@link stateIndices} returns. */
  readonly indices: readonly Region[];
  /** The numbers 0 to batch - 1, again and again [steps - 1, batch]. */
  readonly repeats: Region;
  /** The output without each step [steps, batch, classes]: by the omitted step, by sequence. */
  readonly logits: Region;
}

/** A program for batches of several sizes, all of the same network. */
export interface OmissionProgram {
  /** The program. */
  readonly program: Program;
  /** All parameters, in the order of {@link networkShapes}. */
  readonly parameters: Region;
  /** The routines, in the order of the sizes. */
  readonly routines: readonly OmissionRoutine[];
}

/** Whether {@link omissionProgram} can be built for a network: whether it has a single layer. */
export function canOmit({ stack }: NetworkSpec): boolean {
  return stack.numLayers === 1;
}

/**
 * Builds the program that computes outputs without each step. The batches of all sizes use the same
 * memory, one after the other.
 *
 * @param training A network of one layer with an embedding, a head, and a readout that weighs steps;
 * its dropout is ignored.
 * @param sizes The different sizes of the batches.
 */
export function omissionProgram(
  training: NetworkSpec,
  sizes: readonly OmissionBatch[],
): OmissionProgram {
  const spec = withoutDropout(training);
  const { count } = layoutParameters(spec);
  const made = sizes.map((size) => routineOf(spec, size));
  return {
    program: {
      size: made.reduce((most, { size }) => Math.max(most, size), count),
      routines: Object.fromEntries(made.map(({ routine, commands }) => [routine.name, commands])),
    },
    parameters: new Layout().add(count),
    routines: made.map(({ routine }) => routine),
  };
}

/** The row of the states of step `t` of the copies without step `s`, in the order of their scan. */
function rowOfStep(t: number, { steps, batch }: OmissionBatch): number {
  // Before step t, the steps 1, 2, ... have states for 1, 2, ... omitted steps.
  return batch * (steps + t * (t - 1) / 2);
}

/** The number of states of a direction: those of the whole sequences, and those of their copies. */
function stateRows(recurrent: boolean, size: OmissionBatch): number {
  return recurrent ? rowOfStep(size.steps, size) : size.steps * size.batch;
}

/**
 * Returns the rows of the states that each shortened sequence has in one direction
 * [steps - 1, steps, batch]: by step, by omitted step, by sequence.
 *
 * @param spec The network.
 * @param direction 0 for forward, 1 for reverse.
 * @param size The sizes of the batch.
 */
export function stateIndices(
  { stack }: NetworkSpec,
  direction: number,
  size: OmissionBatch,
): Float32Array {
  const { steps, batch } = size;
  const { recurrent } = cells[stack.cell];
  const indices = new Float32Array((steps - 1) * steps * batch);
  const order = (t: number): number => direction === 0 ? t : steps - 1 - t;
  let at = 0;
  for (let k = 0; k < steps - 1; k++) {
    for (let omitted = 0; omitted < steps; omitted++) {
      const t = k < omitted ? k : k + 1;
      const isAfter = recurrent && order(t) > order(omitted);
      const first = isAfter ? rowOfStep(order(t), size) + order(omitted) * batch : t * batch;
      for (let b = 0; b < batch; b++) indices[at++] = first + b;
    }
  }
  return indices;
}

/** The regions of one direction. */
interface DirectionLayout {
  /** The projected input of the whole sequences [steps, batch, gates * hidden]. */
  readonly projected: Region;
  /** The states [row, hidden]: those of the whole sequences by time, then those of each step. */
  readonly states: Region;
  /** The cell states of the whole sequences [steps, batch, hidden]. */
  readonly cells: Region;
  /** The part of the attention's hidden units [row, units]. */
  readonly units: Region;
  /** The part of the logits [row, classes]. */
  readonly logits: Region;
  /** What {@link stateIndices} returns. */
  readonly indices: Region;
}

/** Regions of a scan. */
interface ScanLayout {
  readonly gates: Region;
  readonly h: Region;
  readonly c: Region;
  readonly recurrentCandidate: Region;
}

function routineOf(
  spec: NetworkSpec,
  size: OmissionBatch,
): { routine: OmissionRoutine; commands: readonly Command[]; size: number } {
  const { stack } = spec;
  const { steps, batch } = size;
  const { hiddenSize: hidden, inputSize } = stack;
  const cell = cells[stack.cell];
  const rows = steps * batch;
  const columns = cell.gates.length * hidden;
  const classes = spec.head?.outFeatures ?? 0;
  const units = scoreSize(spec.readout) ?? 0;
  const copied = (steps - 1) * rows;
  const all = stateRows(cell.recurrent, size);
  const arena = new Layout();
  const { count, parameterOffset } = layoutParameters(spec);
  const base = arena.add(count);
  const parameter = (name: string): number => parameterOffset(base, name);
  const x = arena.add(rows);
  const embedded = arena.add(rows * inputSize);
  const repeats = arena.add((steps - 1) * batch);
  const hasCells = cell.states.includes("c");
  const directions = Array.from({ length: directionsOf(stack) }, (): DirectionLayout => ({
    projected: arena.add(rows * columns),
    states: arena.add(all * hidden),
    cells: arena.add(hasCells ? rows * hidden : 0),
    units: arena.add(all * units),
    logits: arena.add(all * classes),
    indices: arena.add(copied),
  }));
  // A scan of whole sequences has a state more than steps; that of a step, two of each copy.
  const states = Math.max(steps + 1, 2 * (steps - 1)) * batch * hidden;
  const scan: ScanLayout = {
    gates: arena.add(rows * columns),
    h: arena.add(states),
    c: arena.add(hasCells ? states : 0),
    recurrentCandidate: arena.add(cell.recurrentCandidate ? rows * hidden : 0),
  };
  const sums = { units: arena.add(copied * units), logits: arena.add(copied * classes) };
  const part = arena.add(copied * Math.max(units, classes));
  const [weights, logits] = [arena.add(copied), arena.add(rows * classes)];
  const names = weightShapes(stack).map(({ name }) => parameter(`recurrent.${name}`));
  const commands: Command[] = [{
    op: "gather",
    ...{ rows, width: inputSize, ids: x.offset, table: parameter(TABLE), output: embedded.offset },
  }];
  directions.forEach((layout, direction) => {
    const weights = weightsAt(stack, names, 0, direction);
    const one: Direction = { direction, weights, layout, scan };
    commands.push(
      ...wholeScan(spec, size, embedded, one),
      ...(cell.recurrent ? copyScans(spec, size, repeats, one) : []),
      ...partsOfStates(spec, all, one, parameter),
    );
  });
  const from = (kind: "units" | "logits", width: number): Command[] => {
    const tables = directions.map((layout) => [layout.indices, layout[kind]] as const);
    return sumOfParts(copied, width, tables, sums[kind], part);
  };
  commands.push(...(units > 0 ? from("units", units) : []), ...from("logits", classes), {
    op: "attentionForward",
    ...{ steps: steps - 1, batch: rows, width: classes, size: units, mask: -1 },
    ...{ projected: units > 0 ? sums.units.offset : -1, states: sums.logits.offset },
    ...{ query: attentionParameters(parameter).query },
    ...{ weights: weights.offset, context: logits.offset },
  });
  const routine: OmissionRoutine = {
    ...{ name: `omit ${steps} ${batch}`, x, repeats, logits },
    indices: directions.map(({ indices }) => indices),
  };
  return { routine, commands, size: arena.size };
}

/** One direction of the layer. */
interface Direction {
  /** 0 for forward, 1 for reverse. */
  readonly direction: number;
  readonly weights: DirectionWeights;
  readonly layout: DirectionLayout;
  readonly scan: ScanLayout;
}

/** The commands that scan the whole sequences, and keep the projected input and all states. */
function wholeScan(
  { stack }: NetworkSpec,
  { steps, batch }: OmissionBatch,
  embedded: Region,
  { direction, weights, layout, scan }: Direction,
): Command[] {
  const { hiddenSize: hidden, inputSize } = stack;
  const cell = cells[stack.cell];
  const rows = steps * batch;
  const each = batch * hidden;
  const columns = cell.gates.length * hidden;
  const { projected, states } = layout;
  // The state before the first step is 0: the first one in memory, or in reverse the last one.
  const before = direction === 0 ? 0 : steps * each;
  const after = direction === 0 ? each : 0;
  const cleared = [scan.h, scan.c].filter(({ size }) => size > 0).map(({ offset }): Command => {
    return { op: "clear", count: each, to: offset + before };
  });
  const copied = ({ offset: from }: Region, to: Region, count: number): Command => {
    return { op: "load", count, from, stride: 0, to: to.offset };
  };
  return [
    gemm(
      [rows, columns, inputSize],
      { offset: embedded.offset, ld: inputSize },
      { offset: weights.inputWeight, ld: inputSize, transposed: true },
      { offset: projected.offset, ld: columns },
      { bias: weights.inputBias, bias2: weights.hiddenBias, bias2Count: sharedRows(stack) },
    ),
    copied(projected, scan.gates, rows * columns),
    ...cleared,
    scanCommand(stack, { steps, batch, reverse: direction }, weights, scan, states.offset),
    ...(scan.c.size === 0 ? [] : [
      copied({ offset: scan.c.offset + after, size: 0 }, layout.cells, rows * hidden),
    ]),
  ];
}

/** The command of a scan, which writes its states to `output`, too. */
function scanCommand(
  stack: NetworkSpec["stack"],
  size: { readonly steps: number; readonly batch: number; readonly reverse: number },
  { hiddenWeight: weight, hiddenBias }: DirectionWeights,
  { gates, h, c, recurrentCandidate }: ScanLayout,
  output: number,
): Command {
  return cells[stack.cell].forward({
    ...{ ...size, hidden: stack.hiddenSize, gates: gates.offset, weight, h: h.offset, mask: -1 },
    ...{ output, ldOutput: stack.hiddenSize },
  }, {
    c: c.size === 0 ? -1 : c.offset,
    recurrentCandidate: recurrentCandidate.size === 0 ? -1 : recurrentCandidate.offset,
    candidateBias: hiddenBias < 0 ? -1 : hiddenBias + sharedRows(stack),
    dC: -1,
  });
}

/**
 * The commands that scan the copies after their omitted steps, one step at a time. In the order of
 * the scan, step s has the copies without the steps 0 to s - 1. The last of them starts from the
 * states of the whole sequences, the others go on from step s - 1.
 */
function copyScans(
  { stack }: NetworkSpec,
  size: OmissionBatch,
  repeats: Region,
  { direction, weights, layout, scan }: Direction,
): Command[] {
  const { steps, batch } = size;
  const hidden = stack.hiddenSize;
  const each = batch * hidden;
  const columns = cells[stack.cell].gates.length * hidden;
  const timeOf = (s: number): number => direction === 0 ? s : steps - 1 - s;
  const load = (count: number, from: number, to: number): Command => {
    return { op: "load", count, from, stride: 0, to };
  };
  return Array.from({ length: steps - 1 }, (_, k): Command[] => {
    const s = k + 1;
    const before = (s - 1) * each;
    /** Writes initial states: those after step s - 1, then those of the whole before step s - 1. */
    const start = (to: Region, last: number, whole: Region): Command[] => [
      ...(s > 1 ? [load(before, last, to.offset)] : []),
      s > 1
        ? load(each, whole.offset + timeOf(s - 2) * each, to.offset + before)
        : { op: "clear", count: each, to: to.offset },
    ];
    return [
      ...start(scan.h, layout.states.offset + rowOfStep(s - 1, size) * hidden, layout.states),
      // The last cell states are behind the initial ones of step s - 1, in as much memory.
      ...(scan.c.size === 0 ? [] : start(scan.c, scan.c.offset + before, layout.cells)),
      {
        op: "gather",
        ...{ rows: s * batch, width: columns, ids: repeats.offset, output: scan.gates.offset },
        table: layout.projected.offset + timeOf(s) * batch * columns,
      },
      scanCommand(
        stack,
        { steps: 1, batch: s * batch, reverse: 0 },
        weights,
        scan,
        layout.states.offset + rowOfStep(s, size) * hidden,
      ),
    ];
  }).flat();
}

/** The commands from states to their parts of the attention's hidden units and of the logits. */
function partsOfStates(
  spec: NetworkSpec,
  rows: number,
  { direction, layout }: Direction,
  parameter: (name: string) => number,
): Command[] {
  const { hiddenSize: hidden } = spec.stack;
  const width = outputWidth(spec.stack);
  const states = { offset: layout.states.offset, ld: hidden };
  /** A part of a product with the states of both directions; the first part has the bias. */
  const product = (columns: number, weight: number, bias: number, to: Region): Command => {
    const part = { offset: weight + direction * hidden, ld: width, transposed: true };
    return gemm([rows, columns, hidden], states, part, { offset: to.offset, ld: columns }, {
      bias: direction === 0 ? bias : -1,
    });
  };
  const units = scoreSize(spec.readout) ?? 0;
  const classes = spec.head?.outFeatures ?? 0;
  const attention = attentionParameters(parameter);
  return [
    ...(units > 0 ? [product(units, attention.weight, attention.bias, layout.units)] : []),
    product(classes, parameter(headWeight(spec)), parameter("head.bias"), layout.logits),
  ];
}

/** The commands that add up rows of a table for each direction. */
function sumOfParts(
  rows: number,
  width: number,
  tables: readonly (readonly [indices: Region, table: Region])[],
  to: Region,
  part: Region,
): Command[] {
  return tables.flatMap(([indices, table], direction): Command[] => {
    const output = direction === 0 ? to.offset : part.offset;
    const own = { rows, width, ids: indices.offset, table: table.offset, output };
    if (direction === 0) return [{ op: "gather", ...own }];
    return [
      { op: "gather", ...own },
      { op: "add", count: rows * width, from: part.offset, to: to.offset },
    ];
  });
}
