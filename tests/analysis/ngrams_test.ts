import { assert, assertEquals, assertThrows } from "@std/assert";
import { mobyDick } from "../../src/data/text/corpora.ts";
import { NgramModel } from "../../src/analysis/ngrams.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { referenceProbability } from "./ngram_reference.ts";

Deno.test("NgramModel of order 3 has the probabilities worked out by hand", () => {
  // 0 pads and 1 starts: neither is predicted, so four ids are, of which 5 never comes.
  const options = { order: 3, vocabularySize: 6, excluded: [0, 1] };
  const model = new NgramModel([[1, 2, 3, 2, 3, 4], [1, 2, 3]], options);

  // Left neighbours: 2 has two (1, 3), 3 has one (2), 4 has one (3); n1 = 2, n2 = 1, D = 2/4.
  // p(2) = (2 - 1/2) / 4 + (1/2 * 3 / 4) / 4 = 15/32; p(3) = p(4) = 7/32; p(5) = 3/32.
  assertClose(distribution(model, [4], 6), [0, 0, 15, 7, 7, 3].map(over(32)), tolerance.rounding);

  // 1 2 begins two sequences: 2. Left neighbours: 2 3 has two (1, 3), 3 2 one, 3 4 one.
  // n1 = 2, n2 = 2, D = 2/6. After 1, total 2 and one follower:
  // p(2 | 1) = (2 - 1/3) / 2 + 1/6 * 15/32 = 175/192, the others 1/6 of p(w).
  assertClose(
    distribution(model, [1], 6),
    [0, 0, 175, 7, 7, 3].map(over(192)),
    tolerance.rounding,
  );
  // After 3, total 2 and two followers: p(2 | 3) = (1 - 1/3) / 2 + 1/3 * 15/32 = 47/96. Neither
  // 4 3 nor 5 3 ever came, so that these contexts are no better than 3.
  for (const context of [[4, 3], [5, 3], [2, 5, 3]]) {
    const wanted = [0, 0, 47, 7, 39, 3].map(over(96));
    assertClose(distribution(model, context, 6), wanted, tolerance.rounding);
  }

  // 1 2 3 comes twice, 2 3 2, 3 2 3 and 2 3 4 once: n1 = 3, n2 = 1, D = 3/5. After 2 3: p(2 | 2 3)
  // = (1 - 3/5) / 2 + 3/5 * 47/96 = 79/160, and p(4 | 2 3) is the same.
  const wanted = [0, 0, 79, 7, 71, 3].map(over(160));
  assertClose(distribution(model, [2, 3], 6), wanted, tolerance.rounding);

  // After 1 2: p(3) = (2 - 3/5) / 2 + 3/10 * p(3 | 2), and p(3 | 2) = (2 - 1/3) / 2 + 1/6 * 7/32
  // = 167/192. After 3 2, total 1: p(5) = 3/5 * p(5 | 2) = 3/5 * 3/192.
  const surprisals = [175 / 192, 123 / 128, 79 / 160, 3 / 320].map((p) => -Math.log(p));
  assertClose(model.surprisals([1, 2, 3, 2, 5]), surprisals, tolerance.rounding);
  assertClose(model.discounts, [1 / 2, 1 / 3, 3 / 5], tolerance.exact);
});

Deno.test("NgramModel.probability() agrees with the definition and sums to 1 after every context", () => {
  const random = new Random(1);
  for (let corpus = 0; corpus < 40; corpus++) {
    const order = corpus % 7;
    const vocabularySize = random.integer(3, 7);
    const excluded = [[], [0], [0, 1]][random.integer(0, 2)] ?? [];
    const ids = range(vocabularySize).filter((id) => !excluded.includes(id));
    // Ids that never come are among them, and contexts that never came.
    const draw = () => ids[random.integer(0, Math.max(0, ids.length - 2))] ?? NaN;
    const sequences = range(random.integer(0, 5)).map(() => {
      const first = random.uniform() < 0.5 ? 1 : draw();
      return [first, ...range(random.integer(0, 12)).map(draw)].slice(random.integer(0, 1));
    }).filter(([, ...rest]) => !rest.some((id) => excluded.includes(id)));
    const model = new NgramModel(sequences, { order, vocabularySize, excluded });
    for (let trial = 0; trial < 8; trial++) {
      const context = range(trial).map(() => random.integer(0, vocabularySize - 1));
      const found = distribution(model, context, vocabularySize);
      const wanted = range(vocabularySize).map((id) =>
        referenceProbability(sequences, ids, order, context, id)
      );
      for (const [id, p] of found.entries()) {
        assertClose([p], [wanted[id] ?? NaN], tolerance.rounding);
        assertEquals(p > 0, !excluded.includes(id));
      }
      assertClose([found.reduce((sum, p) => sum + p, 0)], [1], tolerance.rounding);
    }
  }
});

Deno.test("NgramModel.surprisals() is -ln of the probability of each id given those before it", () => {
  const random = new Random(2);
  const draw = (length: number) => range(length).map(() => random.integer(1, 5));
  for (const order of range(7)) {
    const options = { order, vocabularySize: 6, excluded: [0] };
    const model = new NgramModel(range(10).map((length) => draw(5 * length)), options);
    const sequence = draw(60);
    const wanted = sequence.slice(1).map((id, t) =>
      -Math.log(model.probability(sequence.slice(0, t + 1), id))
    );
    assertClose(model.surprisals(Int32Array.from(sequence)), wanted, tolerance.exact);
    assertEquals([model.surprisals([]).length, model.surprisals([1]).length], [0, 0]);
  }
});

Deno.test("NgramModel of order 0 or without ids is uniform over the ids that are not excluded", () => {
  const of = (order: number, sequences: number[][]) =>
    new NgramModel(sequences, { order, vocabularySize: 5, excluded: [0, 0] });
  for (const model of [of(0, [[1, 2, 2, 2]]), of(3, []), of(3, [[1], []])]) {
    assertEquals(distribution(model, [2], 5), [0, 1 / 4, 1 / 4, 1 / 4, 1 / 4]);
  }
});

Deno.test("NgramModel of order 1 is within 1 / n of the relative frequencies", () => {
  const random = new Random(3);
  for (const n of [100, 10_000, 100_000]) {
    const ids = range(n).map(() => Math.floor(20 * random.uniform() ** 3));
    const model = new NgramModel([[0, ...ids]], { order: 1, vocabularySize: 20 });
    // p - c / n = D (N / V - 1) / n for ids that came, and D N / V / n for the others.
    for (const id of range(20)) {
      const frequency = ids.filter((other) => other === id).length / n;
      assert(Math.abs(model.probability([], id) - frequency) <= 1 / n, `${id} of ${n}`);
    }
  }
});

Deno.test("NgramModel improves with the order on held-out chapters of Moby Dick", async () => {
  const chapters = await Array.fromAsync(mobyDick.documents());
  const alphabet = new Map<string, number>();
  const sequences = chapters.map((text) =>
    Int32Array.from(text, (character) => {
      const id = alphabet.get(character) ?? alphabet.size;
      alphabet.set(character, id);
      return id;
    })
  );
  const held = sequences.filter((_, i) => i % 10 === 9);
  const others = sequences.filter((_, i) => i % 10 !== 9);
  const bits = range(6).map((order) => {
    const model = new NgramModel(others, { order, vocabularySize: alphabet.size });
    const found = held.flatMap((sequence) => [...model.surprisals(sequence)]);
    return found.reduce((sum, nats) => sum + nats, 0) / found.length / Math.LN2;
  });
  for (const order of range(5)) assert((bits[order + 1] ?? NaN) < (bits[order] ?? NaN) - 0.2);
});

Deno.test("NgramModel throws on wrong options and ids and names them", () => {
  const make = (options: object, sequences: number[][] = [[1, 2]]) => () =>
    new NgramModel(sequences, { order: 2, vocabularySize: 4, ...options });
  const wrong: [() => unknown, string][] = [
    [make({ order: -1 }), "order must be 0 or a positive integer, found -1"],
    [make({ order: 1.5 }), "order must be 0 or a positive integer, found 1.5"],
    [make({ vocabularySize: 0 }), "vocabularySize must be a positive integer, found 0"],
    [make({ excluded: [4] }), "excluded must be integers from 0 to 3, found 4"],
    [make({ excluded: [0, 1, 2, 3] }), "excluded must be fewer than all ids, found 4"],
    [make({}, [[1], [0, 4]]), "sequences[1][1] must be an integer from 0 to 3, found 4"],
    [make({}, [[0.5]]), "sequences[0][0] must be an integer from 0 to 3, found 0.5"],
    [make({ excluded: [2] }), "sequences[0][1] must be an id that is not excluded, found 2"],
  ];
  const model = make({ excluded: [0] })();
  wrong.push(
    [() => model.probability([1], 4), "id must be an integer from 0 to 3, found 4"],
    [() => model.probability([1, -1], 2), "context[1] must be an integer from 0 to 3, found -1"],
    [() => model.surprisals([1, NaN]), "sequence[1] must be an integer from 0 to 3, found NaN"],
    [() => model.surprisals([0, 0]), "sequence[1] must be an id that is not excluded, found 0"],
  );
  for (const [use, message] of wrong) assertThrows(use, InputError, message);
});

function distribution(model: NgramModel, context: number[], vocabularySize: number): number[] {
  return range(vocabularySize).map((id) => model.probability(context, id));
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function over(denominator: number): (numerator: number) => number {
  return (numerator) => numerator / denominator;
}
