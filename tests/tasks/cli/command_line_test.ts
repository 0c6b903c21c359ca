import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InputError } from "../../../src/core/errors.ts";
import {
  choice,
  helpText,
  numberWithin,
  parseCommandLine,
  type Usage,
  wholeNumber,
} from "../../../tasks/cli/command_line.ts";

const usage: Usage = {
  command: "deno task x",
  operands: "[FILE]",
  summary: "Does x.",
  flags: [
    { name: "seeds", value: "N", help: "how many" },
    { name: "set", value: "NAME=VALUE", help: "a parameter", many: true },
    { name: "fresh", help: "again" },
  ],
  examples: [["deno task x", "does x"]],
};

Deno.test("parseCommandLine() reads flags with a space or an equals sign, and operands anywhere", () => {
  const line = parseCommandLine(["a", "--seeds", "3", "--set=x=1", "b", "--fresh", "c"], usage);
  assertEquals(line.value("seeds"), "3");
  assertEquals(line.value("set"), "x=1");
  assertEquals(line.has("fresh"), true);
  assertEquals(line.help, false);
  assertEquals(line.operands, ["a", "b", "c"]);
  assertEquals(parseCommandLine(["--", "--seeds", "-h"], usage).operands, ["--seeds", "-h"]);
  assertEquals(parseCommandLine(["-"], usage).operands, ["-"]);
});

Deno.test("parseCommandLine() refuses a flag that is given twice, with both values", () => {
  const message = (...args: string[]) =>
    assertThrows(() => parseCommandLine(args, usage), InputError).message;
  assertEquals(
    message("--seeds", "3", "--fresh", "--seeds=4"),
    '--seeds must be given once, found ["3", "4"]',
  );
  assertEquals(
    message("--seeds", "3", "--seeds", "3"),
    '--seeds must be given once, found ["3", "3"]',
  );
  assertEquals(
    message("--fresh", "--fresh"),
    '--fresh must be given once, found "--fresh --fresh"',
  );
});

Deno.test("parseCommandLine() refuses a value for a flag without one", () => {
  for (const value of ["no", "false", "true", "", "0"]) {
    assertThrows(
      () => parseCommandLine([`--fresh=${value}`], usage),
      InputError,
      `--fresh must be given without a value, found "${value}"`,
    );
  }
});

Deno.test("parseCommandLine() names an unknown flag and suggests a known one", () => {
  const names = "one of --seeds, --set, --fresh, --help";
  const cases: readonly (readonly [arg: string, found: string, help: string])[] = [
    ["--seed=3", "--seed", ". Did you mean --seeds?"],
    ["--Seeds", "--Seeds", ". Did you mean --seeds?"],
    ["-seeds", "-seeds", ". Did you mean --seeds?"],
    ["--no-fresh", "--no-fresh", ". Did you mean --fresh?"],
    ["--_=1", "--_", ""],
    ["-__proto__", "-__proto__", ""],
    ["--__proto__", "--__proto__", ""],
    ["--constructor=1", "--constructor", ""],
    ["--hasOwnProperty", "--hasOwnProperty", ""],
    ["-x", "-x", ""],
    ["-hx", "-hx", ""],
    ["-h=1", "-h", ""],
    ["---fresh", "---fresh", ". Did you mean --fresh?"],
    ["--=", "--", ""],
  ];
  for (const [arg, found, help] of cases) {
    assertEquals(
      assertThrows(() => parseCommandLine([arg], usage), InputError).message,
      `flag must be ${names}, found "${found}"${help}`,
    );
  }
  const { operands: _, ...noOperands } = usage;
  assertEquals(
    // Some editors replace two hyphens by a dash.
    assertThrows(() => parseCommandLine(["\u2014fresh"], noOperands), InputError).message,
    `argument must be a flag, ${names}, found "\u2014fresh". Did you mean --fresh?`,
  );
});

Deno.test("parseCommandLine() reads any command line or refuses it in one line", () => {
  const word = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("--seeds", "--set", "--fresh", "--help", "-h", "--", "-", "", "x=1", "-3"),
    fc.tuple(fc.constantFrom("-", "--", "--seeds=", "--fresh="), fc.string()).map((all) =>
      all.join("")
    ),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (args) => {
      try {
        const line = parseCommandLine(args, usage);
        const count = (flag: string) => args.filter((arg) => arg.startsWith(flag)).length;
        assert(line.values("seeds").length <= Math.min(1, count("--seeds")));
        assert(line.values("seeds").every((value) => value !== ""));
        assert(line.operands.every((operand) => args.includes(operand)));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        assertEquals(error.message.includes("\n"), false);
      }
    }),
    { seed: 1, numRuns: 2000 },
  );
});

Deno.test("parseCommandLine() keeps every value of a repeated flag, in order", () => {
  const line = parseCommandLine(["--set", "a=1", "--set=b=2,3"], usage);
  assertEquals(line.values("set"), ["a=1", "b=2,3"]);
  assertEquals(parseCommandLine([], usage).values("set"), []);
});

Deno.test("parseCommandLine() reads a negative number as a value", () => {
  assertEquals(parseCommandLine(["--seeds", "-3"], usage).value("seeds"), "-3");
  assertEquals(parseCommandLine(["--seeds", "-.5"], usage).value("seeds"), "-.5");
  assertEquals(parseCommandLine(["--seeds", "-"], usage).value("seeds"), "-");
});

Deno.test("parseCommandLine() reads -h and --help as help", () => {
  assertEquals(parseCommandLine(["-h"], usage).help, true);
  assertEquals(parseCommandLine(["--help"], usage).help, true);
  for (const text of ["Usage: deno task x [flags] [FILE]", "--seeds N", "again", "does x"]) {
    assertStringIncludes(helpText(usage), text);
  }
});

Deno.test("parseCommandLine() refuses arguments that are not flags and flags without their value", () => {
  const message = (args: string[]) =>
    assertThrows(() => parseCommandLine(args, usage), InputError).message;
  assertEquals(
    message(["--sead=3"]),
    'flag must be one of --seeds, --set, --fresh, --help, found "--sead"',
  );
  const flags = Array.from({ length: 12 }, (_, i) => ({ name: `flag-${i}`, help: "" }));
  assertThrows(
    () => parseCommandLine(["--sead=3"], { ...usage, flags }),
    InputError,
    'flag must be one that --help lists, found "--sead"',
  );
  assertEquals(message(["--seeds"]), '--seeds must be followed by N, found ""');
  assertEquals(message(["--seeds="]), '--seeds must be followed by N, found ""');
  assertEquals(message(["--seeds", ""]), '--seeds must be followed by N, found ""');
  assertEquals(message(["--seeds", "--fresh"]), '--seeds must be followed by N, found "--fresh"');
});

Deno.test("choice() and wholeNumber() name the flag, the requirement and the value", () => {
  assertEquals(choice("backend", "cpu", ["wasm", "cpu"]), "cpu");
  assertThrows(
    () => choice("backend", "gpu", ["wasm", "cpu"]),
    InputError,
    '--backend must be one of wasm, cpu, found "gpu"',
  );
  assertEquals(wholeNumber("seeds", "12", 1, 1000), 12);
  assertEquals(wholeNumber("seeds", "1e2", 1, 1000), 100);
  const wrong = [
    "",
    " ",
    "0",
    "1001",
    "1.5",
    "x",
    "1e9",
    "Infinity",
    "0x10",
    "0b1",
    "1_0",
    " 5",
    "５",
  ];
  for (const text of wrong) {
    assertThrows(() => wholeNumber("seeds", text, 1, 1000), InputError, "from 1 to 1000");
  }
});

Deno.test("parseCommandLine() accepts any value of a flag with `anyText`, also an empty text or a flag", () => {
  const flags = [{ name: "prompt", value: "TEXT", help: "a text", anyText: true }];
  const prompt = (...args: string[]) => parseCommandLine(args, { ...usage, flags }).value("prompt");
  for (const text of ["", "-", "--fresh", "- a list", "-3", "two\nlines", "a=b"]) {
    assertEquals(prompt("--prompt", text), text);
    assertEquals(prompt(`--prompt=${text}`), text);
  }
});

Deno.test("numberWithin() names the flag and the range", () => {
  assertEquals(numberWithin("p", "0.5", { above: 0, to: 1 }), 0.5);
  assertEquals(numberWithin("p", "1", { above: 0, to: 1 }), 1);
  assertEquals(numberWithin("p", "-1e3", {}), -1000);
  for (const text of ["", " ", "0", "1.1", "x", "NaN", "Infinity"]) {
    assertThrows(
      () => numberWithin("p", text, { above: 0, to: 1 }),
      InputError,
      "--p must be a number above 0 and up to 1, found",
    );
  }
  assertThrows(() => numberWithin("p", "1", { below: 1 }), InputError, "a number below 1, found 1");
});
