/**
 * Compares the tests of the last run that took more than 10 s with the list in CONTRIBUTING.md.
 *
 * @module
 */
import { InputError } from "../src/core/errors.ts";
import { helpText, parseCommandLine, type Usage } from "../tasks/cli/command_line.ts";
import { readIfThere } from "../tasks/cli/files.ts";
import { DONE, FAILED, main } from "../tasks/cli/main.ts";
import { root } from "../tasks/cli/project.ts";

/** The seconds from which a test is slow. */
const SLOW = 10;

const usage: Usage = {
  command: "deno task slow",
  summary: `Lists the tests of the last run that took more than ${SLOW} s.`,
  flags: [],
  more:
    `Exits with 1 if CONTRIBUTING.md does not list one of them, or lists a test that does not exist.
\`deno task test\` writes the times. Run it on a machine that does nothing else.`,
  examples: [],
};

/** A test with its time. */
export interface TimedTest {
  readonly name: string;
  readonly seconds: number;
}

/**
 * The tests of a report in JUnit's format, without their steps.
 *
 * @param report The report.
 * @returns The tests, in the order of the report.
 */
export function testsOf(report: string): TimedTest[] {
  return report.split("<testsuite ").flatMap((suite) => {
    const cases = [...suite.matchAll(/<testcase name="([^"]*)"[^>]*? time="([\d.]+)"/g)]
      .map(([, name = "", seconds = ""]) => ({ name: unescaped(name), seconds: Number(seconds) }));
    const names = new Set(cases.map(({ name }) => name));
    return cases.filter(({ name }) => !parentsOf(name).some((parent) => names.has(parent)));
  });
}

/** The names that a step's name begins with: `"a > b"` and `"a"` of `"a > b > c"`. */
function parentsOf(name: string): string[] {
  const parts = name.split(" > ");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join(" > "));
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = {
    ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" },
  };
  return text.replaceAll(
    /&(?:#(x?)([\da-fA-F]+)|(\w+));/g,
    (all, hex, code, name) =>
      code === undefined
        ? characters[name] ?? all
        : String.fromCodePoint(parseInt(code, hex === "x" ? 16 : 10)),
  );
}

/**
 * The slow tests that a text lists: the first column of its table between two comments.
 *
 * @param text The text of CONTRIBUTING.md.
 * @returns Their names.
 */
export function listedIn(text: string): string[] {
  const [, block = ""] = /<!-- slow tests -->\n([\s\S]*?)<!-- end -->/.exec(text) ?? [];
  return [...block.matchAll(/^\| (.*?) *\|/gm)].slice(1).map(([, name = ""]) => name)
    .filter((name) => !/^-+$/.test(name));
}

/**
 * Compares the slow tests with the list.
 *
 * @param tests The tests of a run.
 * @param listed The names of the slow tests that are listed.
 * @returns A line for each that is not listed, and for each listed name that no test has.
 */
export function wrongInList(tests: readonly TimedTest[], listed: readonly string[]): string[] {
  // The name of a skipped test is followed by the reason.
  const exists = (wanted: string) => tests.some(({ name }) => name.startsWith(wanted));
  return [
    ...tests.filter(({ name, seconds }) => seconds > SLOW && !listed.includes(name))
      .map(({ name, seconds }) => `not listed: ${name} (${seconds.toFixed(0)} s)`),
    ...listed.filter((name) => !exists(name)).map((name) => `no such test: ${name}`),
  ];
}

if (import.meta.main) {
  await main(async () => {
    if (parseCommandLine(Deno.args, usage).help) {
      console.log(helpText(usage));
      return DONE;
    }
    const report = await readIfThere(new URL(".unroll/tests.xml", root));
    if (report === null) {
      throw new InputError("a run of the tests", "there", "none", "Run `deno task test` first.");
    }
    const tests = testsOf(report);
    const slow = tests.filter(({ seconds }) => seconds > SLOW)
      .sort((a, b) => b.seconds - a.seconds);
    for (const { name, seconds } of slow) {
      console.log(`${seconds.toFixed(0).padStart(4)} s ${name}`);
    }
    console.log(`${slow.length} of ${tests.length} tests took more than ${SLOW} s`);
    const text = await Deno.readTextFile(new URL("CONTRIBUTING.md", root));
    const wrong = wrongInList(tests, listedIn(text));
    for (const line of wrong) console.error(`CONTRIBUTING.md: ${line}`);
    return wrong.length === 0 ? DONE : FAILED;
  });
}
