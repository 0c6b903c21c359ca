import type { Command } from "../instructions.ts";
import type { Profile } from "./device.ts";
import { type Kernel, loopedKernel, narrowKernel, tiledKernel, wideKernel } from "./kernel.ts";
import { lower } from "./lower.ts";
import type { Phase, Scratch, Target } from "./phase.ts";

/** How commands are launched: see {@link PlanContext}. */
export type Mode = "auto" | "narrow" | "looped" | "wide";

/** A kernel and the values that it is launched with. */
export interface Part {
  /** The kernel. */
  readonly kernel: Kernel;
  /** The numbers of workgroups along x and y; there is one along z for each replica. */
  readonly groups: readonly [number, number];
  /** Values of uniforms by name, except those that change from launch to launch. */
  readonly values: Readonly<Record<string, number>>;
  /** The number of times that the phase of the kernel runs in one step of the routine. */
  readonly repeat: number;
  /**
   * The largest number of runs of the phase in one launch. If `steps` is `true`, the largest number
   * of steps of the routine in one launch.
   */
  readonly maxRuns: number;
  /** Whether the kernel loops over steps of the routine. */
  readonly steps: boolean;
}

/** What a plan is made for. */
export interface PlanContext {
  /** What is fast on the adapter. */
  readonly profile: Profile;
  /**
   * `"narrow"`: one workgroup runs whole routines. `"wide"`: each phase is a launch. `"looped"`: as
   * `"wide"`, but all steps of a layer are one launch. `"auto"`: by the size of the commands.
   */
  readonly mode: Mode;
  /** The number of networks. */
  readonly replicas: number;
  /** Memory after the arena. */
  readonly scratch: Scratch;
}

/** Returns the launches of one step of a routine, in order. */
export function plan(commands: readonly Command[], context: PlanContext): Part[] {
  const parts: Part[] = [];
  let waiting: Phase[] = [];
  let iterations = 0;
  const flush = (): void => {
    if (waiting.length > 0) parts.push(narrowPart(waiting, iterations, context));
    [waiting, iterations] = [[], 0];
  };
  const lowered = commands.map((command) => lowerBoth(command, context));
  const narrow = lowered.every(({ fits }) => fits) && sum(lowered.map(({ gain }) => gain)) >= 0;
  for (const one of lowered) {
    if (!one.fits || !(narrow || one.gain >= 0)) {
      flush();
      parts.push(...one.wide.flatMap((phase) => widePart(phase, context)));
      continue;
    }
    if (iterations + one.iterations > context.profile.iterations) flush();
    waiting.push(...one.narrow);
    iterations += one.iterations;
  }
  flush();
  return parts;
}

/** A command, lowered for one workgroup and for many. */
interface Lowered {
  readonly narrow: Phase[];
  readonly wide: Phase[];
  /** The number of iterations in a lane if one workgroup runs the kernel. */
  readonly iterations: number;
  /** Whether one workgroup can run the kernel. */
  readonly fits: boolean;
  /** The iterations that one workgroup saves, compared with a launch for each phase. */
  readonly gain: number;
}

function lowerBoth(command: Command, { profile, mode, replicas, scratch }: PlanContext): Lowered {
  const { software, iterations } = profile;
  const lowerFor = (lanes: number): Phase[] => {
    const target: Target = { software, replicas, lanes, iterations, scratch };
    return lower(command, target);
  };
  const [narrow, wide] = [lowerFor(profile.narrowLanes), lowerFor(0)];
  const alone = sum(narrow.map((phase) => narrowIterations(phase, profile.narrowLanes)));
  const launches = sum(wide.map(({ repeat = 1 }) => repeat));
  const crowd = Math.max(1, replicas / profile.cores);
  return {
    narrow,
    wide,
    iterations: alone,
    fits: mode !== "wide" && mode !== "looped" && alone + 3 <= iterations,
    gain: mode === "narrow" ? Infinity : launches * profile.launchIterations * crowd - alone,
  };
}

/**
 * The iterations of a lane for a phase. Two are added for each loop, since llvmpipe also counts the
 * end of a loop.
 */
function narrowIterations({ items, iterations, repeat = 1 }: Phase, lanes: number): number {
  return repeat * (Math.ceil(items / lanes) * (iterations + 1) + 3) + 2;
}

function narrowPart(phases: readonly Phase[], iterations: number, context: PlanContext): Part {
  const { profile } = context;
  return {
    kernel: narrowKernel(phases, profile.narrowLanes),
    groups: [1, 1],
    values: {},
    repeat: 1,
    maxRuns: Math.max(1, Math.floor((profile.iterations - 2) / (iterations + 1))),
    steps: true,
  };
}

function widePart(phase: Phase, context: PlanContext): Part {
  const { profile, mode, replicas } = context;
  const { items, iterations, repeat = 1, tiled, sequence, fields } = phase;
  const values = { ...fields, "#items": items };
  const base = { values, repeat, maxRuns: 1, steps: false };
  if (tiled) return { ...base, kernel: tiledKernel(phase), groups: tiled.groups };
  if (sequence) {
    const blocks = items / sequence.block;
    const groups = Math.min(blocks, Math.max(1, Math.ceil(profile.groups / replicas)));
    const share = Math.ceil(blocks / groups) * sequence.block;
    const lanes = profile.lanes(sequence.block);
    const each = narrowIterations({ ...phase, items: share, repeat: 1 }, lanes);
    const wins = profile.software
      ? each * groups <= 2 * profile.launchIterations
      : sequence.weights <= profile.maxWeights;
    const maxRuns = Math.floor((profile.iterations - 2) / each);
    if (maxRuns > 0 && mode !== "wide" && (mode === "looped" || wins)) {
      const kernel = loopedKernel(phase, lanes);
      return {
        ...base,
        kernel,
        groups: [groups, 1],
        values: { ...values, "#share": share },
        maxRuns,
      };
    }
  }
  const lanes = profile.lanes(items);
  const least = Math.ceil(items * (iterations + 1) / (lanes * profile.iterations / 2));
  const groups = Math.min(Math.ceil(items / lanes), Math.max(profile.groups, least), 65535);
  return { ...base, kernel: wideKernel(phase, lanes), groups: [groups, 1] };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
