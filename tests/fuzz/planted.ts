/** Targets with faults that a fuzzer must find, for the tests of the fuzzer. */
import fc from "fast-check";
import { InputError } from "../../src/core/errors.ts";
import { withFault } from "./faults/in_process.ts";
import { faultTarget, type Scenario } from "./faults/scenario.ts";
import { jsonText, oddNumber, oddText } from "./generators.ts";
import { inputTarget, type Target } from "./target.ts";

const lengths = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 30 });

/** A parser that forgets that a value can be `null`. */
const nullParser = inputTarget({
  name: "null-parser",
  inputs: jsonText(fc.constant({ size: { width: 3 }, names: ["a", "b"] })),
  errors: [SyntaxError],
  read: (text) => JSON.parse(text).size.width,
});

/** A parser that pollutes the prototype of all objects. */
const polluter = inputTarget({
  name: "polluter",
  inputs: fc.tuple(oddText, oddText),
  errors: [],
  read([name, key]) {
    // Simulates a merge of objects through the accessor `__proto__`, which Deno does not have.
    Reflect.set(name === "__proto__" ? Object.prototype : {}, key, 1);
  },
});

/** A sum that is wrong for large numbers. */
const sum = inputTarget({
  name: "sum",
  inputs: lengths,
  errors: [],
  read: (numbers) => numbers.reduce((a, b) => a + b, 0),
  check(total) {
    if (total > 999) throw new Error(`${total} is too much`);
  },
});

/** A parser with two faults that only accepted inputs reach. */
const twoFaults = inputTarget({
  name: "two-faults",
  inputs: oddNumber,
  errors: [InputError],
  read(value) {
    if (Number.isNaN(value)) throw new InputError("value", "a number", value);
    if (value > 1e100) throw new RangeError("it is large");
    if (value < -100) throw new TypeError("it is small");
    return value;
  },
});

/** A parser that never ends on some inputs. */
const hang = inputTarget({
  name: "hang",
  inputs: fc.integer({ min: 0, max: 50 }),
  errors: [],
  read(value) {
    for (let i = value; i === 17;) i = 17;
  },
});

/** A parser that ends its process. */
const crash = inputTarget({
  name: "crash",
  inputs: fc.integer({ min: 0, max: 50 }),
  errors: [],
  read(value) {
    if (value === 23) Deno.exit(9);
  },
});

/** Makes the scenario of a writer of two files that belong together. */
function pair(name: string, write: (folder: string, text: string) => Promise<void>): Scenario {
  return {
    name,
    prepare: (folder) => write(folder, "old, and some more"),
    work: (folder, fault) => withFault(folder, fault, () => write(folder, "new, and some more")),
    async isWhole(folder) {
      const text = await Deno.readTextFile(`${folder}/a`).catch(() => null);
      return text?.endsWith("and some more") ? null : `It has ${JSON.stringify(text)}`;
    },
  };
}

/** A writer that is not atomic. */
export const directWriter: Scenario = pair("direct-writer", async (folder, text) => {
  await Deno.writeTextFile(`${folder}/a`, text);
});

/** An atomic writer that leaves its draft if it is killed. */
export const leakingWriter: Scenario = pair("leaking-writer", async (folder, text) => {
  const draft = `${folder}/${crypto.randomUUID()}`;
  await Deno.writeTextFile(draft, text);
  await Deno.rename(draft, `${folder}/a`);
});

/** An atomic writer that leaves no draft. */
export const atomicWriter: Scenario = pair("atomic-writer", async (folder, text) => {
  try {
    await Deno.writeTextFile(`${folder}/draft`, text);
    await Deno.rename(`${folder}/draft`, `${folder}/a`);
  } catch (error) {
    await Deno.remove(`${folder}/draft`).catch(() => {});
    throw error;
  }
});

/** Targets of this module. */
export const targets: readonly Target[] = [
  ...[nullParser, polluter, sum, twoFaults, hang, crash],
  ...[directWriter, leakingWriter, atomicWriter].map(faultTarget),
];
