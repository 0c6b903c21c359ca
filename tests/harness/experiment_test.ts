import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { InputError } from "../../src/core/errors.ts";
import { defineExperiment } from "../../src/harness/experiment.ts";

const size = z.int().min(1).default(3).describe("size");
const right = {
  ...{ id: "x", title: "T", question: "Q?", version: 1, parameters: { size } },
  run: () => Promise.resolve(),
};

/**
 * Returns the error of a definition. Reflect.apply passes values that the types do not permit, as
 * JavaScript can.
 */
function message(definition: unknown): string {
  return assertThrows(() => Reflect.apply(defineExperiment, null, [definition]), InputError)
    .message;
}

Deno.test("defineExperiment() completes profiles and keeps the other properties", () => {
  const files = () => [];
  const made = defineExperiment({
    ...right,
    files,
    profiles: { quick: { seeds: 2, parameters: { size: 1 } } },
  });
  assertEquals(made.profiles, {
    quick: { seeds: 2, parameters: { size: 1 } },
    standard: { seeds: 30 },
    full: { seeds: 100 },
  });
  assertEquals([made.id, made.files, made.run], ["x", files, right.run]);
});

Deno.test("defineExperiment() refuses a definition with a missing or invalid property", () => {
  const slug = "experiment id must be lower-case words joined by hyphens, found";
  const cases: [object, string][] = [
    [{ id: undefined }, `${slug} undefined`],
    [{ id: "../up" }, `${slug} "../up"`],
    [{ id: "Upper" }, `${slug} "Upper"`],
    [{ id: 7 }, `${slug} 7`],
    [
      { id: "index" },
      'experiment id must be a name other than index, methods, manifest, schema, found "index"',
    ],
    [{ title: "" }, 'title of experiment x must be a text, found ""'],
    [{ question: undefined }, "question of experiment x must be a text, found undefined"],
    [{ version: "1" }, 'version of experiment x must be an integer from 1, found "1"'],
    [{ version: 0 }, "version of experiment x must be an integer from 1, found 0"],
    [{ run: undefined }, "run of experiment x must be a function, found undefined"],
    [{ check: true }, "check of experiment x must be a function, found true"],
    [
      { hypotheses: { claims: {} } },
      "hypotheses of experiment x: checks must be an object, found undefined",
    ],
    [{ files: ["a"] }, 'files of experiment x must be a function, found ["a"]'],
    [
      { parameters: undefined },
      "parameters of experiment x must be an object of zod schemas, found undefined",
    ],
    [{ parameters: { size: 20 } }, "x: parameter size must be a schema of zod 4, found 20"],
    [
      { parameters: { size: z.int() } },
      "x: parameter size must be given a default, found undefined",
    ],
    [
      { parameters: { "a=b": size } },
      'a parameter of experiment x must be a name without spaces and =, found "a=b"',
    ],
    [
      { parameters: { ["__proto__"]: size } },
      'a parameter of experiment x must be a name without spaces and =, found "__proto__"',
    ],
    [
      { parameters: { size: z.bigint().default(1n) } },
      "x: parameter size must be a schema of JSON values, found an instance of " +
      "ZodDefault. BigInt cannot be represented in JSON Schema",
    ],
    [
      { profile: { quick: { seeds: 1 } } },
      "an option of defineExperiment must be one of id, title, question, version, parameters, " +
      'hypotheses, profiles, check, files, run, found "profile". Did you mean profiles?',
    ],
    [
      { profiles: { fast: { seeds: 1 } } },
      'an option of profiles of experiment x must be one of quick, standard, full, found "fast"',
    ],
    [
      { profiles: { quick: 3 } },
      "options of profile quick of experiment x must be an object such as { seeds, parameters }, found 3",
    ],
    [
      { profiles: { quick: { seeds: 0 } } },
      "seeds of profile quick of experiment x must be an integer from 1, found 0",
    ],
    [
      { profiles: { full: { seeds: 1, parameters: { sise: 4 } } } },
      'profile full of experiment x: parameter name must be one of size, found "sise". Did you mean size?',
    ],
    [
      { profiles: { full: { seeds: 1, parameters: { size: 0 } } } },
      "profile full of experiment x: size must be an integer of at least 1, found 0",
    ],
  ];
  for (const [wrong, wanted] of cases) assertEquals(message({ ...right, ...wrong }), wanted);
  assertEquals(message({ ...right, id: "a".repeat(101) }).includes("at most 100 characters"), true);
  for (const other of [undefined, "x", [right]]) {
    assertEquals(message(other).startsWith("options of defineExperiment must be an object"), true);
  }
});
