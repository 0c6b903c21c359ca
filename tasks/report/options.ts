import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BackendRequest } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { nearest } from "../../src/core/options.ts";
import type { Experiment, Profile } from "../../src/harness/experiment.ts";
import {
  BACKENDS,
  choice,
  type CommandLine,
  type Flag,
  twice,
  wholeNumber,
} from "../cli/command_line.ts";
import { callerFolder, root } from "../cli/project.ts";

const PROFILES: readonly Profile[] = ["quick", "standard", "full"];

/** The contents of a report and the folder of its site. */
export interface ReportOptions {
  readonly profile: Profile;
  readonly backend: BackendRequest;
  /** The number of seeds; `null` for the number of the profile. */
  readonly seeds: number | null;
  readonly experiments: readonly Experiment[];
  /** Parameters by name, as text. */
  readonly set: Readonly<Record<string, string>>;
  /** The site's folder, absolute. */
  readonly out: string;
  /** Whether to run experiments although the store has their results. */
  readonly fresh: boolean;
}

const flags = {
  profile: {
    name: "profile",
    value: "P",
    help: "quick: a smoke test; standard (default): enough seeds for verdicts; full: long runs",
  },
  backend: {
    name: "backend",
    value: "B",
    help: "auto (default): webgpu on a hardware adapter, else wasm; or webgpu, wasm, cpu",
  },
  seeds: {
    name: "seeds",
    value: "N",
    help: "the number of seeds, 1 to 1000 (default: the profile's)",
  },
  only: { name: "only", value: "A,B", help: "only these experiments" },
  out: { name: "out", value: "DIR", help: "the folder of the site" },
  fresh: { name: "fresh", help: "run everything again, including kept runs" },
  set: { name: "set", value: "NAME=VALUE", help: "a parameter; can be repeated", many: true },
} satisfies Record<string, Flag>;

/** The flags of `deno task report`. */
export const reportFlags: readonly Flag[] = [
  flags.profile,
  flags.backend,
  flags.seeds,
  flags.only,
  { ...flags.out, help: `${flags.out.help} (default reports/site)` },
  flags.fresh,
];

/** The flags of an experiment's own task. */
export function experimentFlags(id: string): readonly Flag[] {
  return [
    flags.profile,
    flags.backend,
    flags.seeds,
    flags.set,
    { ...flags.out, help: `${flags.out.help} (default reports/${id})` },
    flags.fresh,
  ];
}

/**
 * Reads the options from a command line.
 *
 * @param known All experiments.
 * @param defaultOut The folder of the site if `--out` is not given, relative to the project's
 *   folder.
 * @throws {InputError} If a value is invalid.
 */
export function readOptions(
  line: CommandLine,
  known: readonly Experiment[],
  defaultOut: string,
): ReportOptions {
  const [seeds, out] = [line.value("seeds"), line.value("out")];
  return {
    profile: choice("profile", line.value("profile") ?? "standard", PROFILES),
    backend: choice("backend", line.value("backend") ?? "auto", BACKENDS),
    seeds: seeds === undefined ? null : wholeNumber("seeds", seeds, 1, 1000),
    experiments: chosen(line.value("only"), known),
    set: assignments(line.values("set")),
    out: out === undefined
      ? fileURLToPath(new URL(defaultOut, root))
      : resolve(callerFolder(), out),
    fresh: line.has("fresh"),
  };
}

function chosen(only: string | undefined, known: readonly Experiment[]): readonly Experiment[] {
  if (only === undefined) return known;
  const wanted = only.split(",").map((id) => id.trim());
  const ids = known.map(({ id }) => id);
  return wanted.map((id) => {
    const experiment = known.find((one) => one.id === id);
    if (experiment) return experiment;
    const near = nearest(id, ids);
    const help = near === undefined ? undefined : `Did you mean ${near}?`;
    throw new InputError("--only", `some of ${ids.join(", ")}`, id, help);
  }).filter((experiment, i, all) => all.indexOf(experiment) === i);
}

/** Parses the parameters of `--set`, by name. */
function assignments(texts: readonly string[]): Readonly<Record<string, string>> {
  const found = texts.map((text): [string, string] => {
    const at = text.indexOf("=");
    const name = text.slice(0, Math.max(0, at)).trim();
    if (name === "") throw new InputError("--set", "a parameter as NAME=VALUE", text);
    return [name, text.slice(at + 1).trim()];
  });
  for (const [name] of found) {
    const values = found.filter(([other]) => other === name).map(([, value]) => value);
    if (values.length > 1) throw twice(`--set ${name}`, values);
  }
  return Object.fromEntries(found);
}
