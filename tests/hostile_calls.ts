import { assert, assertEquals } from "@std/assert";
import { InputError } from "../src/core/errors.ts";
import { Random } from "../src/core/random.ts";

/** Values that a user of JavaScript may give by mistake, made anew each time. */
const junk: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => -1,
  () => 0.5,
  () => NaN,
  () => Infinity,
  () => 2n,
  () => "",
  () => "text",
  () => Symbol("s"),
  () => [],
  () => [1, 2],
  () => [[1, 2], [3]],
  () => [undefined],
  () => [null, null],
  () => ({}),
  () => ({ length: 2 }),
  () => JSON.parse('{ "__proto__": 1 }'),
  () => Object.create(null),
  () => new Float32Array(2),
  () => new BigInt64Array(2),
  () => new Map(),
  () => Promise.resolve(1),
  () => () => undefined,
  () => class Other {},
  () => new Random(1),
];

/** A function, its name, and a function that makes correct arguments anew. */
export type Call = readonly [name: string, of: unknown, args: () => unknown[]];

/** Arguments with junk in place of each of them, and of each field of each that is an object. */
function* spoiled(args: () => unknown[]): Generator<[what: string, make: () => unknown[]]> {
  for (const [i, argument] of args().entries()) {
    for (const [j, make] of junk.entries()) {
      yield [`argument ${i}, junk ${j}`, () => args().map((given, k) => k === i ? make() : given)];
      if (Object.getPrototypeOf(argument ?? 0) !== Object.prototype) continue;
      for (const field of Object.keys(Object(argument))) {
        const change = (given: unknown) => ({ ...Object(given), [field]: make() });
        yield [
          `${field} of argument ${i}, junk ${j}`,
          () => args().map((given, k) => k === i ? change(given) : given),
        ];
      }
    }
  }
}

async function outcome(of: unknown, args: unknown[]): Promise<unknown> {
  try {
    assert(typeof of === "function");
    await Reflect.apply(of, null, args);
    return undefined;
  } catch (error) {
    return error;
  }
}

/**
 * Calls each function with its arguments, which must succeed, and then with junk in place of each
 * argument and of each field of each argument. Fails if it throws anything but an InputError.
 *
 * @param calls The functions with correct arguments.
 * @returns The number of calls with junk.
 */
export async function assertOnlyInputErrors(calls: readonly Call[]): Promise<number> {
  const faults: string[] = [];
  let tried = 0;
  for (const [name, of, args] of calls) {
    assertEquals(await outcome(of, args()), undefined, `${name}, as it is meant`);
    for (const [what, make] of spoiled(args)) {
      const error = await outcome(of, make());
      tried++;
      if (error !== undefined && !(error instanceof InputError)) {
        faults.push(`${name}, ${what}: ${error}`);
      }
    }
  }
  assertEquals(faults, []);
  return tried;
}
