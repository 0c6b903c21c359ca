import { assertEquals } from "@std/assert";
import { FinishedBeams, type Hypothesis } from "../../src/generation/hypothesis.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const root: Hypothesis = { before: null, id: -1, tokens: 0, logProbability: 0 };

/** A sequence of ids with a log probability. */
function sequence(ids: readonly number[], logProbability: number): Hypothesis {
  return ids.reduce<Hypothesis>((before, id) => {
    return { before, id, tokens: before.tokens + 1, logProbability };
  }, root);
}

Deno.test("the best are kept in order, the earlier of equal ones first", () => {
  const finished = new FinishedBeams(3, 0, 9);
  finished.add(sequence([1, 2], -2), false);
  finished.add(sequence([3], -1), true);
  finished.add(sequence([4], -2), false);
  finished.add(sequence([5], -3), false);
  finished.add(sequence([6, 3], -1.5), true);
  assertEquals(finished.sequences().map(({ ids, ended }) => [[...ids], ended]), [
    [[], true],
    [[6], true],
    [[1, 2], false],
  ]);
});

Deno.test("a penalty of length favours what is longer", () => {
  const finished = new FinishedBeams(2, 1, 9);
  finished.add(sequence([1], -1), false);
  finished.add(sequence([1, 2, 3, 4, 5, 6, 7], -1.5), false);
  const [best, other] = finished.sequences();
  assertEquals(best?.ids.length, 7);
  assertClose([best?.score ?? NaN, other?.score ?? NaN], [-0.75, -1], tolerance.rounding);
  assertEquals([best?.logProbability, other?.logProbability], [-1.5, -1]);
});

Deno.test("a search is settled when nothing that is followed can become one of the best", () => {
  const plain = new FinishedBeams(2, 0, 7);
  plain.add(sequence([1], -1), true);
  assertEquals(plain.settled(sequence([2], -100)), false);
  plain.add(sequence([2], -3), true);
  assertEquals(plain.settled(sequence([2], -2.9)), false);
  assertEquals(plain.settled(sequence([2], -3)), true);
  // Seven tokens halve the loss: -4 may still become -2.
  const penalised = new FinishedBeams(1, 1, 7);
  penalised.add(sequence([1], -3), true);
  assertEquals(penalised.settled(sequence([2], -4)), false);
  assertEquals(penalised.settled(sequence([2], -6.1)), true);
});
