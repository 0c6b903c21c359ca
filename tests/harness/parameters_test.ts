import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { InputError } from "../../src/core/errors.ts";
import { parameterHelp, resolveParameters } from "../../src/harness/parameters.ts";

const shape = {
  size: z.int().min(1).max(64).default(20).describe("units"),
  rate: z.number().gt(0).default(0.01).describe("learning rate"),
  gains: z.array(z.number().min(0)).min(1).default([0.5, 1]).describe("gains"),
  cell: z.enum(["rnn", "lstm"]).default("rnn").describe("cell"),
  bias: z.boolean().default(true).describe("with bias"),
  corpus: z.string().default("moby-dick").describe("text"),
};

Deno.test("resolveParameters() completes parameters with their defaults", () => {
  assertEquals(resolveParameters(shape, {}), {
    size: 20,
    rate: 0.01,
    gains: [0.5, 1],
    cell: "rnn",
    bias: true,
    corpus: "moby-dick",
  });
});

Deno.test("resolveParameters() converts text to the type of the parameter", () => {
  const given = {
    size: "8",
    rate: "1e-3",
    gains: "[0.5, 2]",
    cell: "lstm",
    bias: "false",
    corpus: "5",
  };
  assertEquals(resolveParameters(shape, given), {
    size: 8,
    rate: 0.001,
    gains: [0.5, 2],
    cell: "lstm",
    bias: false,
    corpus: "5",
  });
  assertEquals(resolveParameters(shape, { gains: "3" }).gains, [3]);
});

Deno.test("resolveParameters() names each invalid value with the requirement", () => {
  const message = (given: Record<string, unknown>) =>
    assertThrows(() => resolveParameters(shape, given, "--set "), InputError).message;
  assertEquals(message({ size: "-4" }), "--set size must be an integer from 1 to 64, found -4");
  assertEquals(message({ size: 2.5 }), "--set size must be an integer from 1 to 64, found 2.5");
  assertEquals(message({ size: "" }), '--set size must be an integer from 1 to 64, found ""');
  assertEquals(message({ rate: 0 }), "--set rate must be a number above 0, found 0");
  assertEquals(
    message({ gains: [] }),
    "--set gains must be a list of at least 1, each a number of at least 0, found []",
  );
  assertEquals(
    message({ gains: "1,,2" }),
    '--set gains must be a list of at least 1, each a number of at least 0, found [1, "", 2]',
  );
  assertEquals(message({ cell: "gru" }), '--set cell must be one of rnn, lstm, found "gru"');
  assertEquals(message({ bias: "yes" }), '--set bias must be true or false, found "yes"');
  assertEquals(
    message({ sise: 3 }),
    '--set parameter name must be one of size, rate, gains, cell, bias, corpus, found "sise". Did you mean size?',
  );
});

Deno.test("resolveParameters() refuses the names of Object's own properties", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    assertThrows(
      () => resolveParameters(shape, Object.fromEntries([[name, "1"]]), "--set "),
      InputError,
      `--set parameter name must be one of size, rate, gains, cell, bias, corpus, found "${name}"`,
    );
  }
});

Deno.test("resolveParameters() states the requirement of a refined schema in the words of its `wanted`", () => {
  const even = z.int().min(2).refine((value) => value % 2 === 0);
  const wanted = "an even number";
  const shapes = {
    before: even.meta({ wanted }).default(4).describe("heads"),
    after: even.default(4).describe("heads").meta({ wanted }),
    entries: z.array(even.meta({ wanted })).default([2]).describe("heads"),
  };
  assertEquals(
    parameterHelp(shapes).map((help) => [help.description, help.wanted]),
    [["heads", wanted], ["heads", wanted], ["heads", "a list, each an even number"]],
  );
  assertThrows(
    () => resolveParameters(shapes, { before: "3" }),
    InputError,
    "before must be an even number, found 3",
  );
  assertThrows(
    () => resolveParameters(shapes, { entries: "2,5" }),
    InputError,
    "entries must be a list, each an even number, found [2, 5]",
  );
});

Deno.test("parameterHelp() describes every parameter with its requirement and default", () => {
  const [size] = parameterHelp(shape);
  assertEquals(size, {
    name: "size",
    description: "units",
    wanted: "an integer from 1 to 64",
    default: 20,
  });
  assertEquals(parameterHelp(shape).length, 6);
});
