import type { BackendDescription } from "../../src/core/backend.ts";
import { learningCapacity } from "../../src/experiments/learning_capacity/experiment.ts";
import { resolveParameters } from "../../src/harness/parameters.ts";
import { contest, type Contestant, type ContestOptions } from "./contest.ts";
import { drawLearning, type Given, learn, SEEDS } from "./learning.ts";
import { CHECKED_EPOCHS, learnedTheSame, learningChecks } from "./learning_checks.ts";
import { withNumbers } from "./numbers_file.ts";
import { type Peer, readyAt, tensorFields } from "./peer_competitors.ts";
import { readyOn } from "./ready.ts";
import type { LearningReport } from "./results.ts";
import type { Timed } from "./timed.ts";

/** What the learning comparison stands on. */
export interface LearningOptions extends Pick<ContestOptions, "seconds" | "progress" | "failed"> {
  readonly backends: readonly BackendDescription[];
  readonly peers: readonly Peer[];
  /** Parameters of the experiment that differ from its own. */
  readonly given?: Given;
}

/** Its name in messages. */
export const LEARNING = "learning comparison";

/**
 * Times what `learning-capacity` does with a few sequences, on each backend with all seeds
 * together, and the same comparison as a tutorial computes it, in each PyTorch with one seed a run;
 * from the first seed's numbers they must learn the same.
 */
export async function compareLearning(
  { backends, peers, given = {}, ...options }: LearningOptions,
): Promise<LearningReport> {
  const [backend] = backends;
  if (!backend) throw new RangeError("no backends");
  const drawn = await drawLearning(backend, given);
  return await withNumbers(drawn, async (file) => {
    const learning = resolveParameters(learningCapacity.parameters, given);
    const request = { file, learning, checkedEpochs: CHECKED_EPOCHS, tensors: tensorFields(drawn) };
    const contestants = [
      ...backends.map((backend): Contestant => ({
        ...{ name: `Unroll ${backend.name}`, kind: "ours", backend: backend.name, library: null },
        async prepare() {
          const ready = await readyOn(backend.name, () => ourLearning(backend, given));
          return { ...ready, time: async (seconds) => await ready.time(seconds) / SEEDS.length };
        },
      })),
      ...peers.filter(({ library }) => library === "torch").map((peer): Contestant => ({
        ...{ name: peer.title, kind: "peer", backend: null, library: peer.library },
        prepare: () => readyAt(peer, "learning", request),
      })),
    ];
    const title = LEARNING;
    const held = await contest(contestants, { ...options, title, agree: learnedTheSame });
    return { seeds: SEEDS.length, ...held };
  });
}

async function ourLearning(backend: BackendDescription, given: Given): Promise<Timed> {
  return {
    checks: learningChecks(await learn(backend, given)),
    setting: `${SEEDS.length} seeds together`,
    async run(times) {
      for (let i = 0; i < times; i++) await learn(backend, given);
    },
    // Networks and optimizers are freed as they are done with.
    dispose: () => {},
  };
}
