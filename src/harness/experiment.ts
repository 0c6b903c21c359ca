import type { BackendDescription } from "../core/backend.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkExperimentId } from "../result/ids.ts";
import type { Figure } from "../result/figure.ts";
import type { Json } from "../core/json.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import type { Declarations } from "../result/result.ts";
import { checkDeclarations, nothingDeclared } from "./declarations.ts";
import {
  parameterHelp,
  type ParameterShape,
  type ParameterValues,
  resolveParameters,
} from "./parameters.ts";
import type { CurvesInput, IntervalsInput } from "./seed_figures.ts";
import type { CheckInput, ClaimInput, MetricInput, TableInput } from "./seed_values.ts";

/**
 * The extent of a run: `quick` is a trial, `standard` decides the claims, and `full` has the
 * longest trainings.
 */
export type Profile = "quick" | "standard" | "full";

/** The settings of a profile, which the user can replace. */
export interface ProfileSettings {
  /** The number of seeds; a claim needs at least 10 for a verdict. */
  readonly seeds: number;
  /** Parameters that differ from their defaults. Default: none. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Records the findings of an experiment. Ids are unique among each kind of record. */
export interface Recording {
  /**
   * Records a quantity by its value in each seed. The recorder computes the estimate and its
   * interval.
   *
   * @param metric The quantity and its values.
   * @throws {InputError} If the metric is invalid, its id is taken, or the statistic does not exist
   * for its values.
   */
  metric(metric: MetricInput): void;
  /**
   * Records a table. Figures draw its rows, and readers can download it.
   *
   * @param table The columns and rows.
   * @throws {InputError} If the table is invalid, or its id is taken.
   */
  table(table: TableInput): void;
  /**
   * Records a figure. Its tables must be recorded before.
   *
   * @param figure The figure, as data.
   * @throws {InputError} If the figure cannot be drawn from the tables, or its id is taken.
   */
  figure(figure: Figure): void;
  /**
   * Records curves by seed: a table of estimates with intervals at each point, and their figure.
   *
   * @param curves The curves of all seeds, and the texts of the table and the figure.
   * @throws {InputError} If the table or the figure is invalid, or an id is taken.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { defineExperiment } from "./experiment.ts";
   * import { runExperiment } from "./run.ts";
   *
   * const walk = defineExperiment({
   *   ...{ id: "walk", title: "A walk", question: "How far does it go?", version: 1 },
   *   parameters: {},
   *   run(context) {
   *     const steps = [1, 2, 3];
   *     context.curves({
   *       id: "distance",
   *       title: "Distance from the start by step",
   *       x: { name: "step", label: "step", values: steps },
   *       value: { label: "distance" },
   *       curves: [{ values: context.seeds.map((seed) => steps.map((step) => seed * step)) }],
   *       figure: { title: "Distance", caption: "Mean over seeds.", alt: "A rising line." },
   *     });
   *   },
   * });
   * const backend = { name: "cpu" as const, adapter: null, versions: {} };
   * const { result } = await runExperiment(walk, { parameters: {}, seeds: [1, 2], backend });
   * assertEquals(result.tables[0]?.rows.map(([step, value]) => [step, value]), [
   *   [1, 1.5],
   *   [2, 3],
   *   [3, 4.5],
   * ]);
   * assertEquals(result.figures[0]?.id, "distance");
   * ```
   */
  curves(curves: CurvesInput): void;
  /**
   * Records values by seed and name: a table of estimates with intervals, and their figure.
   *
   * @param intervals The values of all seeds, and the texts of the table and the figure.
   * @throws {InputError} If the table or the figure is invalid, or an id is taken.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { defineExperiment } from "./experiment.ts";
   * import { runExperiment } from "./run.ts";
   *
   * const dice = defineExperiment({
   *   ...{ id: "dice", title: "Dice", question: "Which is higher?", version: 1 },
   *   parameters: {},
   *   run(context) {
   *     const throwDie = (sides: number) =>
   *       context.seeds.map((seed) => context.random(seed, sides).integer(1, sides));
   *     context.intervals({
   *       id: "throws",
   *       title: "A throw of each die",
   *       names: [{ name: "die", label: "die" }],
   *       value: { label: "points" },
   *       rows: [6, 20].map((sides) => ({ names: [`d${sides}`], values: throwDie(sides) })),
   *       figure: { title: "Throws", caption: "Means over seeds.", alt: "Two symbols.", y: "die" },
   *     });
   *   },
   * });
   * const backend = { name: "cpu" as const, adapter: null, versions: {} };
   * const { result } = await runExperiment(dice, { parameters: {}, seeds: [1, 2], backend });
   * assertEquals(result.tables[0]?.rows.map(([die]) => die), ["d6", "d20"]);
   * ```
   */
  intervals(intervals: IntervalsInput): void;
}

/** The argument of an experiment's `check`. */
export interface CheckContext<Values> {
  /** All parameters, each of which matches its own schema. */
  readonly parameters: Values;
  /** The seeds of the run. */
  readonly seeds: readonly number[];
}

/** A part of an experiment's work while it is computed. */
export interface PartProgress {
  /**
   * Aborted if the run must stop at once. Pass it to functions that take a signal, such as `fit`
   * and `generate`.
   */
  readonly signal: AbortSignal;
  /**
   * Reports the progress of a part, for display. Useful if a part takes more than a few seconds.
   *
   * @param done The number of finished steps, in any unit.
   * @param total The number of steps of the part.
   */
  progress(done: number, total: number): void;
}

/**
 * The argument of an experiment's `run`: the inputs of the run, and the methods that compute its
 * parts and record its findings. It is frozen, and so are the parameters, seeds and backend.
 */
export interface ExperimentContext<Values> extends Recording {
  /** The parameters, complete and checked. */
  readonly parameters: Values;
  /** The seeds to run, each an independent network or trial. */
  readonly seeds: readonly number[];
  /** The backend that tfjs computes on; it is selected before `run` is called. */
  readonly backend: BackendDescription;
  /**
   * Returns the random source of a path, such as `random(seed, "weights")`.
   *
   * @param path Labels; equal paths of one experiment give equal numbers.
   * @returns A new source.
   */
  random(...path: readonly (string | number)[]): Random;
  /**
   * Computes a part of the work for each item, in order, and displays progress. An interrupted run
   * continues after the last finished part. If `signal` is aborted, the run stops before the next
   * part.
   *
   * @param group The name of the group of parts, unique in the run. The time of the group is
   *   recorded under it.
   * @param items The items, one for each part, such as the seeds.
   * @param compute Computes a part, which must be JSON.
   * @returns The parts in the order of the items, after a round trip through JSON.
   * @throws {InputError} If the name is used twice, or a part is not JSON.
   */
  each<Item extends string | number, Part>(
    group: string,
    items: readonly Item[],
    compute: (item: Item, part: PartProgress) => Part | Promise<Part>,
  ): Promise<Part[]>;
  /**
   * Computes work that is not divided by seed, such as the training of all replicas at once, as a
   * single part; see {@link ExperimentContext.each}.
   *
   * @param group The name of the part, unique in the run.
   * @param compute Computes the part, which must be JSON.
   * @returns The part, after a round trip through JSON.
   * @throws {InputError} If the name is used twice, or the part is not JSON.
   */
  once<Part>(group: string, compute: (part: PartProgress) => Part | Promise<Part>): Promise<Part>;
  /** Aborted if the run must stop at once. */
  readonly signal: AbortSignal;
  /**
   * Opens a file that {@link Experiment.files} names.
   *
   * @param path The path, as the parameter has it.
   * @returns The bytes from the beginning of the file.
   * @throws {InputError} If the file cannot be read.
   */
  readFile(path: string): Promise<ReadableStream<Uint8Array>>;
  /**
   * Records the measure of a declared claim. The recorder decides the verdict when the run ends.
   *
   * @param id The claim's id in the hypotheses.
   * @param measured The measure by its value in each seed.
   * @throws {InputError} If the claim is not declared or recorded already, or a value is not
   * finite.
   */
  claim(id: string, measured: ClaimInput): void;
  /**
   * Records the outcome of a declared check of the program.
   *
   * @param id The check's id in the hypotheses.
   * @param measured The number of cases, and the largest value of the measure among these cases.
   * @throws {InputError} If the check is not declared or recorded already, or a value is not
   * finite.
   */
  check(id: string, measured: CheckInput): void;
  /**
   * Records why a declared claim or check is not measured with these parameters.
   *
   * @param id Its id in the hypotheses.
   * @param reason The reason, which the report shows.
   * @throws {InputError} If the claim or check is not declared, or is recorded already.
   */
  unmeasured(id: string, reason: string): void;
  /**
   * Records measurements of the machine, such as times. They are part of the manifest and not of
   * the result, which is deterministic. Their ids must differ from those of the result.
   */
  readonly machine: Recording;
}

/** A question, and the measurements that answer it. */
export interface Experiment<Shape extends ParameterShape = ParameterShape> {
  /** Letters, digits and hyphens: the name of its task, page and files. */
  readonly id: string;
  /** The title on pages and in tables. */
  readonly title: string;
  /** The question that the experiment answers. */
  readonly question: string;
  /** An integer from 1; raise it when the meaning of the result changes. */
  readonly version: number;
  /** zod schemas by name, each with a default and a description. */
  readonly parameters: Shape;
  /** The predictions, which are written before anything is measured. Default: none. */
  readonly hypotheses: Declarations;
  /** The settings of each profile. Default: 3, 30 and 100 seeds. */
  readonly profiles: Readonly<Record<Profile, ProfileSettings>>;
  /**
   * Throws if parameters are invalid in combination, for example if a batch would not fit into
   * memory. Called before anything runs. Default: no check.
   *
   * @param context The parameters and seeds of the run.
   */
  check?(context: CheckContext<ParameterValues<Shape>>): void;
  /**
   * Lists the paths of the files that the parameters name. A kept result is used again only if
   * these files are unchanged. Default: none.
   *
   * @param parameters The parameters of the run.
   * @returns The paths.
   */
  files?(parameters: ParameterValues<Shape>): readonly string[];
  /**
   * Does the work. Import heavy modules inside, so that a kept result does not load them.
   *
   * @param context The inputs of the run, and the methods that compute and record.
   * @returns If the work is asynchronous, a promise that settles when everything is recorded.
   */
  run(context: ExperimentContext<ParameterValues<Shape>>): Promise<void> | void;
}

/** An {@link Experiment} as its author writes it: profiles and hypotheses are optional. */
export type ExperimentDefinition<Shape extends ParameterShape> =
  & Omit<Experiment<Shape>, "profiles" | "hypotheses">
  & {
    /** The settings of profiles that differ from the defaults: 3, 30 and 100 seeds. */
    readonly profiles?: Partial<Readonly<Record<Profile, ProfileSettings>>>;
    /** {@link Declarations} as JSON, usually imported from `hypotheses.json`. Default: none. */
    readonly hypotheses?: unknown;
  };

const defaultProfiles: Readonly<Record<Profile, ProfileSettings>> = {
  quick: { seeds: 3 },
  standard: { seeds: 30 },
  full: { seeds: 100 },
};

/**
 * Defines an experiment.
 *
 * @param definition The question, the parameters, and the function that does the work; see
 * {@link Experiment}.
 * @returns The experiment, with its hypotheses checked and the settings of each profile.
 * @throws {InputError} If a property is unknown, missing or of another type; if the id cannot name
 * a file; if a parameter has no default; if a profile has unknown parameters; or if a hypothesis
 * cannot be tested.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { z } from "zod";
 * import { defineExperiment } from "./experiment.ts";
 *
 * const coin = defineExperiment({
 *   id: "fair-coin",
 *   title: "A fair coin",
 *   question: "How often does a seeded coin show heads?",
 *   version: 1,
 *   parameters: { flips: z.int().min(1).default(100).describe("flips for each seed") },
 *   async run(context) {
 *     const share = await context.each("flips", context.seeds, (seed) => {
 *       const random = context.random(seed);
 *       const { flips } = context.parameters;
 *       return Array.from({ length: flips }, () => random.integer(0, 1))
 *         .reduce((sum, flip) => sum + flip, 0) / flips;
 *     });
 *     context.table({
 *       id: "shares",
 *       title: "Share of heads by seed",
 *       columns: [{ name: "seed", label: "seed" }, { name: "share", label: "share of heads" }],
 *       rows: context.seeds.map((seed, i) => [seed, share[i] ?? null]),
 *     });
 *   },
 * });
 * assert(coin.profiles.standard.seeds === 30);
 * ```
 */
export function defineExperiment<Shape extends ParameterShape>(
  definition: ExperimentDefinition<Shape>,
): Experiment<Shape> {
  checkDefinition("defineExperiment", definition);
  return {
    ...definition,
    hypotheses: declarationsOf(definition),
    profiles: { ...defaultProfiles, ...definition.profiles },
  };
}

function declarationsOf<Shape extends ParameterShape>(
  { id, parameters, hypotheses = nothingDeclared }: ExperimentDefinition<Shape>,
): Declarations {
  return checkDeclarations(id, hypotheses, Object.keys(parameters));
}

const propertyNames: OptionNames<ExperimentDefinition<ParameterShape>> = {
  id: true,
  title: true,
  question: true,
  version: true,
  parameters: true,
  hypotheses: true,
  profiles: true,
  check: true,
  files: true,
  run: true,
};

/**
 * Throws unless a definition is complete and consistent. Whatever depends on a run is not checked.
 *
 * @param owner The name of the caller, for messages.
 * @param definition The definition of an experiment, or an experiment.
 * @throws {InputError} If the experiment could not be run or shown.
 */
export function checkDefinition<Shape extends ParameterShape>(
  owner: string,
  definition: ExperimentDefinition<Shape>,
): void {
  checkOptions<ExperimentDefinition<Shape>>(owner, definition, propertyNames);
  const { id, title, question, version, parameters, profiles = {} } = definition;
  checkExperimentId(id);
  for (const [name, text] of Object.entries({ title, question })) {
    if (typeof text !== "string" || text === "") {
      throw new InputError(`${name} of experiment ${id}`, "a text", text);
    }
  }
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new InputError(`version of experiment ${id}`, "an integer from 1", version);
  }
  checkFunction(`run of experiment ${id}`, definition.run);
  for (const name of ["check", "files"] as const) {
    if (definition[name] !== undefined) {
      checkFunction(`${name} of experiment ${id}`, definition[name]);
    }
  }
  checkShape(id, parameters);
  declarationsOf(definition);
  checkOptions<ProfileTable>(`profiles of experiment ${id}`, profiles, profileNames);
  for (const [name, profile] of Object.entries(profiles)) {
    const what = `profile ${name} of experiment ${id}`;
    checkOptions<ProfileSettings>(what, profile, { seeds: true, parameters: true });
    if (!Number.isSafeInteger(profile.seeds) || profile.seeds < 1) {
      throw new InputError(`seeds of ${what}`, "an integer from 1", profile.seeds);
    }
    resolveParameters(parameters, profile.parameters ?? {}, `${what}: `);
  }
}

type ProfileTable = Partial<Readonly<Record<Profile, ProfileSettings>>>;
const profileNames: OptionNames<ProfileTable> = { quick: true, standard: true, full: true };

function checkFunction(what: string, value: unknown): void {
  if (typeof value !== "function") throw new InputError(what, "a function", value);
}

function checkShape(id: string, shape: ParameterShape): void {
  if (!isPlainObject(shape)) {
    throw new InputError(`parameters of experiment ${id}`, "an object of zod schemas", shape);
  }
  for (const [name, schema] of Object.entries(shape)) {
    const what = `${id}: parameter ${name}`;
    if (!/^[^\s=]+$/.test(name) || name === "__proto__") {
      throw new InputError(`a parameter of experiment ${id}`, "a name without spaces and =", name);
    }
    // A schema of another copy of zod works, too, so this does not use `instanceof`.
    const isSchema = typeof schema === "object" && schema !== null && "_zod" in schema;
    if (!isSchema) throw new InputError(what, "a schema of zod 4", schema);
    const value = defaultOf(what, name, schema);
    if (value === null) throw new InputError(what, "given a default", undefined);
  }
}

function defaultOf(what: string, name: string, schema: ParameterShape[string]): Json {
  try {
    return parameterHelp({ [name]: schema })[0]?.default ?? null;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new InputError(what, "a schema of JSON values", schema, problem);
  }
}
