import type { Setting } from "./jobs.ts";
import type { Outcome } from "./train.ts";

/** Outcomes that are shown together: of one setting, with losses of one kind. */
export interface Group {
  /** What ids of its tables and figures end with. */
  readonly id: string;
  /** What the networks learn from or on, to end a title. */
  readonly title: string;
  /** How they are trained. */
  readonly setting: Setting;
  /** What the loss is, as a figure's axis has it. */
  readonly loss: { readonly label: string; readonly unit?: string };
  readonly outcomes: readonly Outcome[];
}

/** The groups of the report. */
export interface Groups {
  /** The tutorial's three tasks on a few sequences. */
  readonly memorising: Group;
  /** The same on fresh sequences. */
  readonly perStep: Group;
  /** The adding problem. */
  readonly adding: Group;
  /** The last two together. */
  readonly fresh: Group;
  /** Copy memory at each lag. */
  readonly copyMemory: Group;
}

/** Puts outcomes into their groups. */
export function groupsOf(outcomes: readonly Outcome[]): Groups {
  const loss = { label: "mean squared error" };
  const of = (setting: Setting, test: (one: Outcome) => boolean): Outcome[] =>
    outcomes.filter((one) => one.setting === setting && test(one));
  const learning = (id: string, title: string, test: (one: Outcome) => boolean): Group => {
    return { id, title, setting: "learning", loss, outcomes: of("learning", test) };
  };
  return {
    memorising: {
      ...{ id: "memorising", title: "on a few sequences", setting: "memorising", loss },
      outcomes: of("memorising", () => true),
    },
    perStep: learning("per-step", "on fresh sequences", ({ perStep }) => perStep),
    adding: learning(
      "adding",
      "on the adding problem",
      ({ perStep, lag }) => !perStep && lag === null,
    ),
    fresh: learning("fresh", "on fresh sequences", ({ lag }) => lag === null),
    copyMemory: {
      ...learning("copy-memory", "on copy memory", ({ lag }) => lag !== null),
      loss: { label: "cross-entropy", unit: "nats" },
    },
  };
}

/** The names of a group's tasks, in order, each once. */
export function taskNames({ outcomes }: Pick<Group, "outcomes">): string[] {
  return [...new Set(outcomes.map(({ task }) => task.name))];
}
