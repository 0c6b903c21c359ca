import type { Command } from "../instructions.ts";
import type { Profile } from "./device.ts";
import { type Kernel, loopedKernel, narrowKernel, tiledKernel, wideKernel } from "./kernel.ts";
import { lower } from "./lower.ts";
import type { Phase, Scratch, Target } from "./phase.ts";

/** How commands are launched; `"auto"` by their size. */
export type Mode = "auto" | "narrow" | "looped" | "wide";

/** A kernel with what it is launched with. */
export interface Part {
  readonly kernel: Kernel;
  /** Workgroups along x and y; along z are the replicas. */
  readonly groups: readonly [number, number];
  /** Values of uniforms by name, but for places, steps and runs. */
  readonly values: Readonly<Record<string, number>>;
  /** Runs of its phase in one step of the routine. */
  readonly repeat: number;
  /** Runs that one launch may take; steps of the routine where `steps` is true. */
  readonly most: number;
  /** Whether it loops over steps of the routine. */
  readonly steps: boolean;
}

/** What a plan is made for. */
export interface Situation {
  readonly profile: Profile;
  readonly mode: Mode;
  readonly replicas: number;
  readonly scratch: Scratch;
}

/** What is launched, in order, for one step of a routine. */
export function plan(commands: readonly Command[], situation: Situation): Part[] {
  const parts: Part[] = [];
  let waiting: Phase[] = [];
  let turns = 0;
  const flush = (): void => {
    if (waiting.length > 0) parts.push(narrowPart(waiting, turns, situation));
    [waiting, turns] = [[], 0];
  };
  const ways = commands.map((command) => choose(command, situation));
  const narrow = ways.every(({ fits }) => fits) && sum(ways.map(({ gain }) => gain)) >= 0;
  for (const way of ways) {
    if (!way.fits || !(narrow || way.gain >= 0)) {
      flush();
      parts.push(...way.wide.flatMap((phase) => widePart(phase, situation)));
      continue;
    }
    if (turns + way.turns > situation.profile.turns) flush();
    waiting.push(...way.narrow);
    turns += way.turns;
  }
  flush();
  return parts;
}

interface Way {
  readonly narrow: Phase[];
  readonly wide: Phase[];
  /** Turns in a lane where one workgroup does it. */
  readonly turns: number;
  /** Whether one workgroup may. */
  readonly fits: boolean;
  /** Turns that launches would cost beyond those. */
  readonly gain: number;
}

function choose(command: Command, { profile, mode, replicas, scratch }: Situation): Way {
  const { software, turns } = profile;
  const lower_ = (lanes: number): Phase[] => {
    const target: Target = { software, replicas, lanes, turns, scratch };
    return lower(command, target);
  };
  const [narrow, wide] = [lower_(profile.narrowLanes), lower_(0)];
  const alone = sum(narrow.map((phase) => narrowTurns(phase, profile.narrowLanes)));
  const launches = sum(wide.map(({ repeat = 1 }) => repeat));
  const crowd = Math.max(1, replicas / profile.cores);
  return {
    narrow,
    wide,
    turns: alone,
    fits: mode !== "wide" && mode !== "looped" && alone + 3 <= turns,
    gain: mode === "narrow" ? Infinity : launches * profile.launchTurns * crowd - alone,
  };
}

/** Turns of a lane for a phase, two more for each loop: llvmpipe counts the end of a loop too. */
function narrowTurns({ items, turns, repeat = 1 }: Phase, lanes: number): number {
  return repeat * (Math.ceil(items / lanes) * (turns + 1) + 3) + 2;
}

function narrowPart(phases: readonly Phase[], turns: number, situation: Situation): Part {
  const { profile } = situation;
  return {
    kernel: narrowKernel(phases, profile.narrowLanes),
    groups: [1, 1],
    values: {},
    repeat: 1,
    most: Math.max(1, Math.floor((profile.turns - 2) / (turns + 1))),
    steps: true,
  };
}

function widePart(phase: Phase, situation: Situation): Part {
  const { profile, mode, replicas } = situation;
  const { items, turns, repeat = 1, tiled, sequence, fields } = phase;
  const values = { ...fields, "#items": items };
  const base = { values, repeat, most: 1, steps: false };
  if (tiled) return { ...base, kernel: tiledKernel(phase), groups: tiled.groups };
  if (sequence) {
    const blocks = items / sequence.block;
    const groups = Math.min(blocks, Math.max(1, Math.ceil(profile.groups / replicas)));
    const share = Math.ceil(blocks / groups) * sequence.block;
    const lanes = profile.lanes(sequence.block);
    const each = narrowTurns({ ...phase, items: share, repeat: 1 }, lanes);
    const wins = profile.software
      ? each * groups <= 2 * profile.launchTurns
      : sequence.weights <= profile.mostWeights;
    const most = Math.floor((profile.turns - 2) / each);
    if (most > 0 && mode !== "wide" && (mode === "looped" || wins)) {
      const kernel = loopedKernel(phase, lanes);
      return { ...base, kernel, groups: [groups, 1], values: { ...values, "#share": share }, most };
    }
  }
  const lanes = profile.lanes(items);
  const least = Math.ceil(items * (turns + 1) / (lanes * profile.turns / 2));
  const groups = Math.min(Math.ceil(items / lanes), Math.max(profile.groups, least), 65535);
  return { ...base, kernel: wideKernel(phase, lanes), groups: [groups, 1] };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
