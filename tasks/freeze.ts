/**
 * Writes the commit of each hypothesis: the first one that has the hypothesis in its present words.
 * A hypothesis that names a commit is unchanged.
 *
 *     deno task freeze
 *
 * @module
 */
import { declarationsSchema } from "../src/result/claim_schema.ts";
import type { Freeze, Hypothesis } from "../src/result/result.ts";
import { parseJson } from "../src/core/schema.ts";
import { helpText, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { filesBelow, writeAtomic } from "./cli/files.ts";
import { DONE, main } from "./cli/main.ts";
import { root } from "./cli/project.ts";

const usage: Usage = {
  command: "deno task freeze",
  summary:
    "Writes into hypotheses.json, for each hypothesis, the first commit that has its present words.",
  flags: [],
  more: "Run it after a commit that declares or revises hypotheses, and commit what it writes.",
  examples: [],
};

/** Returns the parts of a hypothesis that need a revision if they change after data were seen. */
export function frozenWords(hypothesis: Hypothesis): string {
  const { statement, quotation, measure, unit, statistic, predicts, family, search } = hypothesis;
  return JSON.stringify([
    ...[statement, quotation?.text, measure, unit, statistic, family, search],
    ...[predicts.relation, predicts.value, predicts.smallestEffect, predicts.reason],
  ]);
}

/** Returns the last change of the words of a hypothesis: its last revision, or its first freeze. */
export function lastFreeze({ frozen, revisions }: Hypothesis): Freeze {
  return revisions.at(-1) ?? frozen;
}

/** Lists the files of hypotheses as paths from the project's folder. */
export async function hypothesesFiles(): Promise<string[]> {
  const files = await filesBelow(new URL("src/experiments/", root), "src/experiments/");
  return files.filter((file) => file.endsWith("/hypotheses.json"));
}

/** Runs `git` and returns its output; `null` if it fails. */
export async function git(...args: readonly string[]): Promise<string | null> {
  const command = new Deno.Command("git", { cwd: root, args: [...args], stderr: "null" });
  const { success, stdout } = await command.output();
  return success ? new TextDecoder().decode(stdout) : null;
}

/**
 * Reads the hypotheses that a file has at a commit.
 *
 * @returns The hypotheses; `null` if the commit does not have the file, or the file has another
 *   format.
 */
export async function hypothesesAt(
  commit: string,
  path: string,
): Promise<Readonly<Record<string, Hypothesis>> | null> {
  const text = await git("show", `${commit}:${path}`);
  if (text === null) return null;
  try {
    return parseJson(declarationsSchema, text, path).claims;
  } catch {
    return null;
  }
}

async function freeze(path: string): Promise<number> {
  const text = await Deno.readTextFile(new URL(path, root));
  const given = parseJson(declarationsSchema, text, path);
  const commits = (await git("log", "--format=%H", "--reverse", "--", path) ?? "").split("\n")
    .filter((commit) => commit !== "");
  const history = await Promise.all(commits.map(async (commit) => {
    return { commit, claims: await hypothesesAt(commit, path) };
  }));
  let found = 0;
  const claims = Object.entries(given.claims).map(([id, hypothesis]) => {
    const words = frozenWords(hypothesis);
    const { frozen, revisions } = hypothesis;
    // The first commit with this number of revisions; for the last revision, also with these words.
    const written = <T extends Freeze>(freeze: T, i: number): T => {
      if (freeze.commit !== null) return freeze;
      const first = history.find(({ claims }) => {
        const then = claims !== null && Object.hasOwn(claims, id) ? claims[id] : undefined;
        return then?.revisions.length === i &&
          (i < revisions.length || frozenWords(then) === words);
      });
      if (first !== undefined) found += 1;
      return { ...freeze, commit: first?.commit ?? null };
    };
    const freezes = {
      frozen: written(frozen, 0),
      revisions: revisions.map((revision, i) => written(revision, i + 1)),
    };
    return [id, { ...hypothesis, ...freezes }] as const;
  });
  const frozen = { claims: Object.fromEntries(claims), checks: given.checks };
  if (found > 0) await writeAtomic(new URL(path, root), JSON.stringify(frozen, null, 2) + "\n");
  return found;
}

if (import.meta.main) {
  await main(async () => {
    const line = parseCommandLine(Deno.args, usage);
    if (line.help) {
      console.log(helpText(usage));
      return DONE;
    }
    for (const path of await hypothesesFiles()) {
      console.log(`${path}: ${await freeze(path)} commits written`);
    }
    return DONE;
  });
}
