/** What is good for an adapter. Costs are in turns of inner loops, of some multiply-adds each. */
export interface Profile {
  /** Whether a processor stands in for the GPU. */
  readonly software: boolean;
  /** Turns of all loops that one launch may take in one lane. */
  readonly turns: number;
  /** Turns for which one launch could pay. */
  readonly launchTurns: number;
  /** Workgroups that run at a time. */
  readonly cores: number;
  /** Workgroups after which lanes take several items each. */
  readonly groups: number;
  /** Numbers of weights that a workgroup reads in the time of a launch. */
  readonly mostWeights: number;
  /** Lanes of a workgroup that is alone. */
  readonly narrowLanes: number;
  /** Lanes of workgroups that share `items`. */
  lanes(items: number): number;
}

/**
 * Mesa's llvmpipe ends every loop of a lane, in silence, once all its loops together have taken
 * 65,535 turns: nothing launched may take as many. Eight lanes are one vector of the processor. A
 * launch costs 0.14 ms; a kernel with barriers keeps its variables in memory, at twice the time.
 */
export const software: Profile = {
  software: true,
  turns: 50_000,
  launchTurns: 800,
  cores: 2,
  groups: 64,
  mostWeights: 0,
  narrowLanes: 8,
  lanes: () => 8,
};

/**
 * A large GPU: reads take some hundred cycles, so that a workgroup wants lanes to wait in turn,
 * and some hundred workgroups run side by side. `turns` keeps a launch at some tenths of a second
 * at the worst: systems reset a GPU that does not answer for two. A launch through WebGPU costs
 * some 30 us, in which a workgroup reads half a million weights from the cache that all share.
 */
export const hardware: Profile = {
  software: false,
  turns: 200_000,
  launchTurns: 150,
  cores: 128,
  groups: 2048,
  mostWeights: 2 ** 19,
  narrowLanes: 256,
  lanes: (items) => items <= 64 * 128 ? 64 : 256,
};
