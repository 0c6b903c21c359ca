/**
 * The part of `@std/assert` that this project uses, made of `node:assert`. The tests import it if
 * JSR does not answer. It has the same names, signatures and behaviour.
 *
 * @module
 */
import nodeAssert from "node:assert";

/** Thrown by every assertion that fails. */
export const AssertionError = nodeAssert.AssertionError;

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** Fails with the message. */
export function fail(message = "Failed assertion."): never {
  throw new AssertionError({ message });
}

/** Fails unless `condition` is truthy. */
export function assert(condition: unknown, message = ""): asserts condition {
  if (!condition) fail(message);
}

/** Fails unless both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.deepStrictEqual(actual, expected, message);
}

/** Fails if both are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.notDeepStrictEqual(actual, expected, message);
}

/** Fails unless both are the same value. */
export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): void {
  nodeAssert.strictEqual(actual, expected, message);
}

/** Fails on `null` and `undefined`. */
export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    fail(message ?? `Expected actual: "${actual}" to not be null or undefined.`);
  }
}

/** Fails if the two differ by more than `tolerance`. Default: 1e-7 of `expected`. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  message?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const difference = Math.abs(expected - actual);
  if (difference <= allowed) return;
  fail(
    message ??
      `Expected actual: "${actual}" to be close to "${expected}": delta "${difference}" is greater than "${allowed}".`,
  );
}

/** Fails unless `actual` > `expected`. */
export function assertGreater<T>(actual: T, expected: T, message?: string): void {
  if (!(actual > expected)) fail(message ?? `Expect ${actual} > ${expected}`);
}

/** Fails unless `actual` >= `expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void {
  if (!(actual >= expected)) fail(message ?? `Expect ${actual} >= ${expected}`);
}

/** Fails unless `actual` < `expected`. */
export function assertLess<T>(actual: T, expected: T, message?: string): void {
  if (!(actual < expected)) fail(message ?? `Expect ${actual} < ${expected}`);
}

/** Fails unless `actual` <= `expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void {
  if (!(actual <= expected)) fail(message ?? `Expect ${actual} <= ${expected}`);
}

/** Fails unless `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  if (!actual.includes(expected)) {
    fail(message ?? `Expected actual: "${actual}" to contain: "${expected}".`);
  }
}

/** Fails unless `actual` matches. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  if (!expected.test(actual)) {
    fail(message ?? `Expected actual: "${actual}" to match: "${expected}".`);
  }
}

/** Fails if `actual` matches. */
export function assertNotMatch(actual: string, expected: RegExp, message?: string): void {
  if (expected.test(actual)) {
    fail(message ?? `Expected actual: "${actual}" to not match: "${expected}".`);
  }
}

/** Fails unless `error` is of the class, with the text in its message. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  errorClass?: ErrorClass<E>,
  includes?: string | RegExp,
  message?: string,
): asserts error is E {
  if (!(error instanceof Error)) fail(message ?? `Expected "error" to be an Error object.`);
  if (errorClass && !(error instanceof errorClass)) {
    fail(
      message ?? `Expected error to be instance of "${errorClass.name}", but was "${error.name}".`,
    );
  }
  const holds = includes === undefined ||
    (typeof includes === "string"
      ? error.message.includes(includes)
      : includes.test(error.message));
  if (!holds) {
    fail(message ?? `Expected error message to include ${includes}, but got "${error.message}".`);
  }
}

/** Fails unless `run` throws, and returns the error. */
export function assertThrows<E extends Error = Error>(
  run: () => unknown,
  errorClass: ErrorClass<E>,
  includes?: string,
  message?: string,
): E;
export function assertThrows(run: () => unknown, message?: string): unknown;
export function assertThrows(
  run: () => unknown,
  classOrMessage?: ErrorClass<Error> | string,
  includes?: string,
  message?: string,
): unknown {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
    if (typeof classOrMessage === "function") {
      assertIsError(error, classOrMessage, includes, message);
    }
    return thrown;
  }
  return fail(
    (typeof classOrMessage === "string" ? classOrMessage : message) ??
      "Expected function to throw.",
  );
}

/** Fails unless the promise of `run` rejects, and returns the error. */
export function assertRejects<E extends Error = Error>(
  run: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  includes?: string,
  message?: string,
): Promise<E>;
export function assertRejects(run: () => PromiseLike<unknown>, message?: string): Promise<unknown>;
export async function assertRejects(
  run: () => PromiseLike<unknown>,
  classOrMessage?: ErrorClass<Error> | string,
  includes?: string,
  message?: string,
): Promise<unknown> {
  let thrown: unknown;
  try {
    await run();
  } catch (error) {
    thrown = error;
    if (typeof classOrMessage === "function") {
      assertIsError(error, classOrMessage, includes, message);
    }
    return thrown;
  }
  return fail(
    (typeof classOrMessage === "string" ? classOrMessage : message) ??
      "Expected function to reject.",
  );
}
