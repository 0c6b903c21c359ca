/** Command lines, values of `--set`, parameters of programs, and texts for terminals. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { z } from "zod";
import { describe, InputError } from "../../../src/core/errors.ts";
import { stableStringify } from "../../../src/core/json.ts";
import type { Experiment } from "../../../src/harness/experiment.ts";
import {
  parameterHelp,
  parameterSchema,
  type ParameterShape,
  resolveParameters,
} from "../../../src/harness/parameters.ts";
import { experiments } from "../../../src/experiments/registry.ts";
import { type CommandLine, parseCommandLine, type Usage } from "../../../tasks/cli/command_line.ts";
import { classifyFlags, readClassifyOptions } from "../../../tasks/classify/classify_options.ts";
import { generateFlags, readTextRequest } from "../../../tasks/generate/generate_options.ts";
import { experimentFlags, readOptions, reportFlags } from "../../../tasks/report/options.ts";
import { readTrainOptions, trainFlags } from "../../../tasks/train/train_options.ts";
import { shellWord, visible } from "../../../tasks/cli/terminal.ts";
import * as bench from "../../../bench/main.ts";
import { editedText, oddJson, oddNumber, oddText, oddValue } from "../generators.ts";
import { inputTarget, type Target } from "../target.ts";

/** A task: its usage, and the function that reads its options. */
interface Task {
  readonly usage: Usage;
  readonly read: (line: CommandLine) => unknown;
}

function taskOf(usage: Partial<Usage>, read: Task["read"]): Task {
  const rest = { command: "deno task x", summary: "", flags: [], examples: [] };
  return { usage: { ...rest, ...usage }, read };
}

const tasks: readonly Task[] = [
  taskOf({ flags: reportFlags }, (line) => readOptions(line, experiments, "reports/site")),
  ...experiments.map((experiment) =>
    taskOf(
      { flags: experimentFlags(experiment.id) },
      (line) => readOptions(line, [experiment], `reports/${experiment.id}`),
    )
  ),
  taskOf({ flags: trainFlags }, readTrainOptions),
  taskOf({ flags: generateFlags }, readTextRequest),
  taskOf({ flags: classifyFlags }, readClassifyOptions),
  taskOf(bench.usage, bench.readOptions),
  taskOf({ operands: "[SITE]", flags: reportFlags.slice(0, 3) }, ({ operands }) => operands),
];

/** Values that some flags accept, so that command lines pass the first flag. */
const value = fc.oneof(
  fc.constantFrom(
    ...["quick", "standard", "wasm", "cpu", "auto", "3", "1e3", "0.5", "x", "sentences", "words"],
    ...["vanishing-gradients,lstm-gates", "hiddenSize=4", "gains=0.5,1", "top-p", "beam", "cosine"],
  ),
  oddText,
  oddNumber.map(String),
);

/** Generates arguments of a task from its flags, some of them unusual. */
function argumentsOf({ usage: { flags } }: Task): fc.Arbitrary<string[]> {
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...flags.map((flag) => `--${flag.name}`), "--help") },
    { weight: 1, arbitrary: fc.constantFrom("--", "-", "-h", "--_", "-_", "--no-help", "--_=1") },
    { weight: 1, arbitrary: oddText.map((text) => `--${text}`) },
    { weight: 1, arbitrary: oddText.map((text) => `-${text}`) },
    { weight: 1, arbitrary: oddText },
  );
  const argument = fc.tuple(name, fc.option(value), fc.boolean()).map(([name, value, joined]) =>
    value === null ? [name] : joined ? [`${name}=${value}`] : [name, value]
  );
  return fc.array(argument, { maxLength: 5 }).map((parts) => parts.flat());
}

const commandLines = inputTarget({
  name: "command-lines",
  inputs: fc.nat(tasks.length - 1).chain((task) =>
    fc.record({ task: fc.constant(task), args: argumentsOf(tasks[task] ?? taskOf({}, String)) })
  ),
  errors: [InputError],
  read({ task, args }) {
    const { usage, read } = tasks[task] ?? taskOf({}, String);
    const line = parseCommandLine(args, usage);
    const [first = ""] = args;
    // A single hyphen before an unknown name is always an error.
    const known = /^(-h|-|--.*|-[\d.].*|[^-].*|)$/s;
    if (args.length === 1) assert(known.test(first), `${JSON.stringify(first)} was accepted`);
    return line.help ? null : read(line);
  },
  check(options) {
    // Every accepted number must be finite.
    if (options !== null) JSON.stringify(options, (_, entry) => finite(entry));
  },
});

function finite(entry: unknown): unknown {
  assert(typeof entry !== "number" || Number.isFinite(entry), `an option is ${entry}`);
  return entry;
}

/** Generates a parameter with a text for it, often similar to its default. */
function nearDefault(experiment: Experiment): fc.Arbitrary<[string, string]> {
  const help = parameterHelp(experiment.parameters);
  const text = (entry: unknown) => Array.isArray(entry) ? entry.join(",") : String(entry);
  return fc.constantFrom(...help).chain((parameter) =>
    fc.tuple(
      fc.oneof({ weight: 9, arbitrary: fc.constant(parameter.name) }, {
        weight: 1,
        arbitrary: oddText,
      }),
      fc.oneof(
        editedText(fc.constant(text(parameter.default))),
        oddNumber.map(String),
        fc.array(oddNumber, { maxLength: 5 }).map((list) => list.join(",")),
        oddText,
      ),
    )
  );
}

const setValues = inputTarget({
  name: "set-values",
  inputs: fc.nat(experiments.length - 1).chain((place) =>
    fc.record({
      place: fc.constant(place),
      set: fc.array(nearDefault(experiments[place] ?? experiments[0] as Experiment), {
        maxLength: 3,
      }),
    })
  ),
  errors: [InputError],
  read({ place, set }) {
    const experiment = experiments[place];
    assert(experiment);
    const line = parseCommandLine(set.map(([name, text]) => `--set=${name}=${text}`), {
      ...{ command: "", summary: "", examples: [], flags: experimentFlags(experiment.id) },
    });
    const options = readOptions(line, [experiment], "x");
    const parameters = resolveParameters(experiment.parameters, options.set, "--set ");
    experiment.check?.({ parameters, seeds: [1, 2, 3] });
    return { shape: experiment.parameters, parameters };
  },
  check({ shape, parameters }) {
    const json = stableStringify(parameters);
    assertEquals(stableStringify(resolveParameters(shape, JSON.parse(json))), json);
  },
});

/** Schemas of parameters that experiments of users may have. */
const schema: fc.Arbitrary<z.ZodType> = fc.oneof(
  fc.tuple(fc.integer(), fc.nat()).map(([low, size]) => {
    return z.int().min(low).max(low + size).default(low);
  }),
  fc.constantFrom<z.ZodType>(
    z.number().gt(0).default(1),
    z.string().default("a"),
    z.boolean().default(true),
    z.enum(["rnn", "lstm"]).default("rnn"),
    z.array(z.number()).min(1).default([1]),
    z.array(z.string().min(1)).default(["a"]),
    z.array(z.array(z.int())).default([[1]]),
    z.number().nullable().default(null),
    z.int().multipleOf(8).default(8),
  ),
);

const parameters = inputTarget({
  name: "parameters",
  inputs: fc.record({
    shape: fc.dictionary(fc.oneof(fc.constantFrom("size", "gain"), oddText), schema, {
      maxKeys: 3,
    }),
    given: fc.dictionary(
      fc.oneof(fc.constantFrom("size", "gain"), oddText),
      fc.oneof(oddValue, oddText, oddNumber.map(String)),
      { maxKeys: 3 },
    ),
  }),
  errors: [InputError],
  read: ({ shape, given }) => {
    const own: ParameterShape = shape;
    parameterHelp(own);
    parameterSchema(own);
    return resolveParameters(own, given);
  },
  check(values, { shape }) {
    for (const [name, schema] of Object.entries(shape)) {
      if (name === "__proto__") continue; // A schema of zod never has this property.
      assert(Object.hasOwn(values, name), `${name} has no value`);
      assert(schema.safeParse(values[name]).success, `${name} does not match its schema`);
    }
  },
});

const terminalTexts = inputTarget({
  name: "terminal-texts",
  inputs: fc.record({ text: oddText, value: fc.oneof(oddValue, oddJson) }),
  errors: [],
  read: ({ text, value }) => ({
    shown: visible(text),
    error: visible(new InputError(text, text, value, text).message),
    described: describe(value),
    word: shellWord(text),
  }),
  check({ shown, error, described, word }, { text }) {
    for (const line of [shown, error]) {
      // deno-lint-ignore no-control-regex -- they are what is looked for
      assert(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(line), "a control character");
      assert(!/[\u202a-\u202e\u2066-\u2069]/.test(line), "a change of direction");
    }
    // A value is shortened to 60 characters, each of which JSON may write as six.
    assert(described.length <= 400, "a description is long");
    const bare = word === text && /^[\w@%+=:,./-]+$/.test(text);
    assert(bare || word === `'${text.replaceAll("'", `'\\''`)}'`, "a word that a shell would part");
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [commandLines, setValues, parameters, terminalTexts];
