import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { checkOptions, nearest, type OptionNames } from "../../src/core/options.ts";

interface Sample {
  readonly learningRate?: number;
  readonly numLayers?: number;
}
const names: OptionNames<Sample> = { learningRate: true, numLayers: true };

function message(given: unknown): string {
  // Calls it without TypeScript types, as a user of JavaScript does.
  return assertThrows(() => Reflect.apply(checkOptions, null, ["Adam", given, names]), InputError)
    .message;
}

Deno.test("checkOptions() accepts known options, no options, and an object without a prototype", () => {
  checkOptions("Adam", { learningRate: 1, numLayers: 2 }, names);
  checkOptions("Adam", {}, names);
  checkOptions("Adam", Object.assign(Object.create(null), { numLayers: 2 }), names);
});

Deno.test("checkOptions() names an unknown option, also if its value is undefined", () => {
  assertEquals(
    message({ numLayer: undefined }),
    'an option of Adam must be one of learningRate, numLayers, found "numLayer". ' +
      "Did you mean numLayers?",
  );
  assertEquals(
    message({ wheels: 4 }),
    'an option of Adam must be one of learningRate, numLayers, found "wheels"',
  );
  // Names of Object's own are as unknown as any other.
  assertEquals(message(JSON.parse('{"__proto__":1}')).includes('"__proto__"'), true);
  assertEquals(message({ toString: 1 }).includes('"toString"'), true);
});

Deno.test("checkOptions() refuses values that are not plain objects", () => {
  const wanted = "options of Adam must be an object such as { learningRate, numLayers }, found ";
  assertEquals(message(0.5), `${wanted}0.5`);
  assertEquals(message(undefined), `${wanted}undefined`);
  assertEquals(message(null), `${wanted}null`);
  assertEquals(message([1]), `${wanted}[1]`);
  assertEquals(message(new Map()), `${wanted}an instance of Map`);
  assertEquals(message(Map), `${wanted}the function Map`);
});

Deno.test("nearest() finds names of PyTorch and Keras, other spellings and small errors", () => {
  const known = ["learningRate", "hiddenSize", "batchFirst", "bias", "random"];
  assertEquals(nearest("lr", known), "learningRate");
  assertEquals(nearest("units", known), "hiddenSize");
  assertEquals(nearest("batch_first", known), "batchFirst");
  assertEquals(nearest("hidenSise", known), "hiddenSize");
  assertEquals(nearest("bais", known), undefined);
  assertEquals(nearest("biass", known), "bias");
  assertEquals(nearest("constructor", known), undefined);
  for (const name of ["y", "labels", "targets"]) {
    assertEquals(nearest(name, ["x", "target", "mask"]), "target");
  }
  assertEquals(nearest("labels", known), undefined);
});
