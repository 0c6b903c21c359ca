import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import {
  choice,
  helpText,
  numberWithin,
  parseCommandLine,
  type Usage,
  wholeNumber,
} from "../../tasks/command_line.ts";

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

Deno.test("flags are read with a space or an equals sign, the last one counts", () => {
  const line = parseCommandLine(["--seeds", "3", "--seeds=4", "--fresh", "file.md"], usage);
  assertEquals(line.value("seeds"), "4");
  assertEquals(line.has("fresh"), true);
  assertEquals(line.help, false);
  assertEquals(line.operands, ["file.md"]);
});

Deno.test("flags that may come again keep every value, in order", () => {
  const line = parseCommandLine(["--set", "a=1", "--set=b=2,3"], usage);
  assertEquals(line.values("set"), ["a=1", "b=2,3"]);
  assertEquals(parseCommandLine([], usage).values("set"), []);
});

Deno.test("a negative number is a value, not a flag", () => {
  assertEquals(parseCommandLine(["--seeds", "-3"], usage).value("seeds"), "-3");
  assertEquals(parseCommandLine(["--seeds", "-.5"], usage).value("seeds"), "-.5");
  assertEquals(parseCommandLine(["--seeds", "-"], usage).value("seeds"), "-");
});

Deno.test("help is -h and --help", () => {
  assertEquals(parseCommandLine(["-h"], usage).help, true);
  assertEquals(parseCommandLine(["--help"], usage).help, true);
  for (const text of ["Usage: deno task x [flags] [FILE]", "--seeds N", "again", "does x"]) {
    assertStringIncludes(helpText(usage), text);
  }
});

Deno.test("what is no flag, or has no value, is refused with what was wanted", () => {
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
  assertEquals(message(["--seeds", "--fresh"]), '--seeds must be followed by N, found ""');
});

Deno.test("choice and wholeNumber name the flag, the wanted and the found", () => {
  assertEquals(choice("backend", "cpu", ["wasm", "cpu"]), "cpu");
  assertThrows(
    () => choice("backend", "gpu", ["wasm", "cpu"]),
    InputError,
    '--backend must be one of wasm, cpu, found "gpu"',
  );
  assertEquals(wholeNumber("seeds", "12", 1, 1000), 12);
  for (const text of ["", " ", "0", "1001", "1.5", "x", "1e9", "Infinity"]) {
    assertThrows(() => wholeNumber("seeds", text, 1, 1000), InputError, "from 1 to 1000");
  }
});

Deno.test("a flag of any text takes what follows it, nothing and flags too", () => {
  const flags = [{ name: "prompt", value: "TEXT", help: "a text", anyText: true }];
  const prompt = (...args: string[]) => parseCommandLine(args, { ...usage, flags }).value("prompt");
  for (const text of ["", "-", "--fresh", "- a list", "-3", "two\nlines", "a=b"]) {
    assertEquals(prompt("--prompt", text), text);
    assertEquals(prompt(`--prompt=${text}`), text);
  }
});

Deno.test("numberWithin names the flag and the range", () => {
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
