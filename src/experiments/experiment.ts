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
import type { CheckInput, ClaimInput, MetricInput, TableInput } from "./seed_values.ts";

/** How thorough a run is: a smoke run, one that carries claims, or one with the long runs too. */
export type Profile = "quick" | "standard" | "full";

/** What a profile sets where the user does not. */
export interface ProfileSettings {
  /** How many seeds; a claim needs at least 10 for a verdict. */
  readonly seeds: number;
  /** Parameters that differ from their defaults. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Takes what an experiment has found. */
export interface Recording {
  /** Records a quantity by its value in each seed; the estimate follows. */
  metric(metric: MetricInput): void;
  /** Records rows that figures are drawn from and readers download. */
  table(table: TableInput): void;
  /** Records a figure of recorded tables. */
  figure(figure: Figure): void;
}

/** What an experiment's `check` is given. */
export interface CheckContext<Values> {
  /** The parameters, complete and each checked by itself. */
  readonly parameters: Values;
  /** What is to be run. */
  readonly seeds: readonly number[];
}

/** A part of an experiment's work while it is computed. */
export interface PartProgress {
  /** Aborted if the run is to stop at once: pass it on to `fit`, `train`, `tokenLosses` and others. */
  readonly signal: AbortSignal;
  /**
   * Tells how far the part has come, for the display of a part that takes more than some seconds.
   *
   * @param done How many steps, of any kind, are done.
   * @param total How many there are.
   */
  progress(done: number, total: number): void;
}

/** What an experiment's `run` is given. It is frozen, and so are the parameters, seeds and backend. */
export interface ExperimentContext<Values> extends Recording {
  /** The parameters, complete and checked. */
  readonly parameters: Values;
  /** What to run; each is a network, or a trial, of its own. */
  readonly seeds: readonly number[];
  /** What tfjs computes on; it is selected before `run` is called. */
  readonly backend: BackendDescription;
  /** The random source of a path: `random(seed, "weights")`. */
  random(...path: readonly (string | number)[]): Random;
  /**
   * Computes a part of the work for each item, in order, with progress and time under `group`.
   * What `compute` gives must be JSON: it is kept, and an interrupted run takes it from there.
   * Between two parts the event loop runs, and the run stops if its signal is aborted.
   */
  each<Item extends string | number, Part>(
    group: string,
    items: readonly Item[],
    compute: (item: Item, part: PartProgress) => Part | Promise<Part>,
  ): Promise<Part[]>;
  /** Aborted if the run is to stop at once. */
  readonly signal: AbortSignal;
  /**
   * Opens a file that {@link Experiment.files} names, to be read once from its beginning.
   *
   * @throws {InputError} Where it cannot be read.
   */
  readFile(path: string): Promise<ReadableStream<Uint8Array>>;
  /** Records what was measured for a claim of the hypotheses; its verdict follows. */
  claim(id: string, measured: ClaimInput): void;
  /** Records what was computed for a check of the hypotheses. */
  check(id: string, measured: CheckInput): void;
  /** Says why a claim or a check of the hypotheses is not measured with these parameters. */
  unmeasured(id: string, reason: string): void;
  /**
   * Records what was measured of the machine, such as times: the manifest has it and the result,
   * which is deterministic, has not. Ids are unlike those of the result.
   */
  readonly machine: Recording;
}

/** One question, and how to answer it by measurement. */
export interface Experiment<Shape extends ParameterShape = ParameterShape> {
  /** Letters, digits and hyphens: the name of its task, page and files. */
  readonly id: string;
  /** What pages and tables call it. */
  readonly title: string;
  /** The question that it answers. */
  readonly question: string;
  /** Raise it when the meaning of the result changes. */
  readonly version: number;
  /** zod schemas by name, each with a default and a description. */
  readonly parameters: Shape;
  /** What is predicted before anything is measured; usually imported from `hypotheses.json`. */
  readonly hypotheses: Declarations;
  /** What profiles set; by default 3, 30 and 100 seeds. */
  readonly profiles: Readonly<Record<Profile, ProfileSettings>>;
  /**
   * Refuses parameters that do not go together, such as more than memory holds; called before
   * anything runs.
   */
  check?(context: CheckContext<ParameterValues<Shape>>): void;
  /**
   * The files that parameters name, as they name them: a result is kept as long as these are
   * unchanged.
   */
  files?(parameters: ParameterValues<Shape>): readonly string[];
  /** Does the work. Import what is heavy inside, so that a kept result needs none of it. */
  run(context: ExperimentContext<ParameterValues<Shape>>): Promise<void> | void;
}

/** An experiment as its author writes it. */
export type ExperimentDefinition<Shape extends ParameterShape> =
  & Omit<Experiment<Shape>, "profiles" | "hypotheses">
  & {
    readonly profiles?: Partial<Readonly<Record<Profile, ProfileSettings>>>;
    /** Read as JSON: what is not of the schema of {@link Declarations} is refused. */
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
 * @param definition What it is; see {@link Experiment}.
 * @returns The experiment, with a number of seeds for each profile.
 * @throws {InputError} On a definition that could not be run or shown: an unknown or missing property,
 * an id that cannot name a file, a parameter without a default, a profile with unknown parameters,
 * hypotheses that cannot be tested.
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
 * Checks all of a definition that can be checked before it is run.
 *
 * @param owner The function that it was given to, for messages.
 * @param definition The definition of an experiment, or an experiment.
 * @throws {InputError} On what could not be run or shown.
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
    // A schema of another copy of zod will do, so its class may be another.
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
    throw new InputError(what, "a schema of values that JSON can hold", schema, problem);
  }
}
