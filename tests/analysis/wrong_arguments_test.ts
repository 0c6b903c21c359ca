import * as tf from "@tensorflow/tfjs";
import { assertRejects, assertThrows } from "@std/assert";
import { fitDecay, lagAtFraction } from "../../src/analysis/decay.ts";
import { meanField } from "../../src/analysis/mean_field.ts";
import { distinctN, seqRepN } from "../../src/analysis/diversity.ts";
import {
  cellSurvival,
  histogram,
  inputDeviation,
  saturation,
  timeScale,
} from "../../src/analysis/gates.ts";
import {
  maskedMeans,
  seriesVariation,
  smallestRatio,
  stateNorms,
  summaryByStep,
  temporalDeviation,
} from "../../src/analysis/activations.ts";
import { gradientFlow, inputGradients } from "../../src/analysis/gradient_flow.ts";
import { jacobianProducts } from "../../src/analysis/jacobian.ts";
import { NgramModel } from "../../src/analysis/ngrams.ts";
import { correlation } from "../../src/statistics/correlation.ts";
import { singularValues, spectralNorm } from "../../src/analysis/singular_values.ts";
import { winProbability } from "../../src/statistics/estimate.ts";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { RNN } from "../../src/model/rnn.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";

/** A function, wrong arguments that a user of JavaScript may pass, and words of its error. */
type Mistake = readonly [use: CallableFunction, args: readonly unknown[], message: string];

/** Arguments without TypeScript types. */
function call(use: CallableFunction, args: readonly unknown[]): unknown {
  return Reflect.apply(use, undefined, args);
}

const halves = Float32Array.of(0.5, 0.5);

const mistakes: readonly Mistake[] = [
  [fitDecay, [Float32Array.of(1, 0.5)], "norms must be an array of numbers, found a Float32Array"],
  [fitDecay, [["1", "0.5"]], 'norms[0] must be a finite number above 0, found "1"'],
  [fitDecay, [[1, , 0.25]], "norms[1] must be a finite number above 0, found undefined"],
  [fitDecay, [[1, 0.5, 0.25], { start: 1 }], "an option of the range of fitDecay must be one of"],
  [fitDecay, [[1, 0.5, 0.25], 1], "options of the range of fitDecay must be an object"],
  [fitDecay, [[1, 0.5, 0.25], { from: "0" }], 'range must be two lags from 0 to 2, found ["0", 2]'],
  [lagAtFraction, [[1, 0.5], "0.5"], 'fraction must be a number above 0 and below 1, found "0.5"'],
  [lagAtFraction, [[1, "0.1"], 0.5], 'norms[1] must be a finite number, at least 0, found "0.1"'],
  [meanField, [1], "options of meanField must be an object"],
  [meanField, [{ recurrentVariance: 1 }], "inputVariance must be a number from 0 to 10000"],
  [meanField, [{ gain: 1 }], "an option of meanField must be one of"],
  [lagAtFraction, [5, 0.5], "norms must be an array of numbers, found 5"],
  [distinctN, [[1, 2, 3], 1], "sequences[0] must be ids in an array or typed array, found 1"],
  [distinctN, [Int32Array.of(1), 1], "sequences must be an array of sequences of ids"],
  [distinctN, ["abc", 1], 'sequences must be an array of sequences of ids, found "abc"'],
  [distinctN, [[["a", "b"]], 1], "sequences[0] must be integers from 0"],
  [distinctN, [[[1, 2]], "1"], 'n must be a positive integer, found "1"'],
  [seqRepN, [[1, NaN, NaN], 1], "sequence must be integers from 0"],
  [seqRepN, [BigInt64Array.of(1n), 1], "Array.from(sequence, Number) makes one"],
  [timeScale, ["0.5"], 'factor must be in [0, 1], found "0.5"'],
  [cellSurvival, [[0.5, 0.5]], "forget[0] must be an array of sequences, found 0.5"],
  [cellSurvival, [[[halves]]], "Array.from(forget[0][0]) makes one"],
  [inputDeviation, [[[["0.5"]]]], 'forget[0][0][0] must be a finite number, found "0.5"'],
  [summaryByStep, [undefined], "activations must be nested arrays [sequence, batch, hidden]"],
  [
    summaryByStep,
    [[[[1, 2]], [[1]]]],
    "activations[1][0] must be of 2 units, like the first, found 1",
  ],
  [
    summaryByStep,
    [[[[1]], [[1], [2]]]],
    "activations[1] must be of 1 sequences, like the first, found 2",
  ],
  [summaryByStep, [[[[1, NaN]]]], "activations[0][0][1] must be a finite number, found NaN"],
  [
    temporalDeviation,
    [[[[1, , 3]]]],
    "activations[0][0][1] must be a finite number, found undefined",
  ],
  [maskedMeans, [[[[1]]], [[1]]], "mask[0] must be true or false throughout, found 1"],
  [maskedMeans, [[[[1]]], true], "mask must be nested arrays [sequence, batch] of true and"],
  [histogram, [halves, 2], "Array.from(values) makes one"],
  [histogram, [["0.5"], 2], 'values[0] must be in [0, 1], found "0.5"'],
  [histogram, [[0.5], 1e10], "bins must be at most 16777216, found 10000000000"],
  [saturation, [[[[0.5]]], 0.1], "limits must be two numbers in order, found 0.1"],
  [saturation, [[[[0.5]]], ["0.1", "0.9"]], 'limits must be two numbers in order, found ["0.1"'],
  [stateNorms, [[[halves]]], "Array.from(states[0][0]) makes one"],
  [seriesVariation, [halves], "Array.from(series) makes one"],
  [correlation, [[1, 2], "12"], 'b must be an array of at least 2 numbers, found "12"'],
  [smallestRatio, [[1, "2"], [1, 2]], 'a[1] must be a finite number, found "2"'],
  [jacobianProducts, [[[0]], [[1]], true], "options of jacobianProducts must be an object"],
  [jacobianProducts, [[[0]], [[1]], { all: true }], "an option of jacobianProducts must be full"],
  [jacobianProducts, [[[0]], [[1]], { full: 1 }], "full must be true or false, found 1"],
  [jacobianProducts, [[halves], [[1]]], "Array.from(states[0]) makes one"],
  [singularValues, [[[1, 2], "34"]], 'matrix[1] must be an array of numbers, found "34"'],
  [spectralNorm, [[halves]], "Array.from(matrix[0]) makes one"],
  [winProbability, [halves, [1, 2]], "Array.from(losses) makes one"],
  [
    winProbability,
    [[1], [2], "0.9"],
    'confidence must be a number above 0 and below 1, found "0.9"',
  ],
];

Deno.test("functions of analysis throw on arguments of other types", () => {
  for (const [use, args, message] of mistakes) {
    assertThrows(() => call(use, args), InputError, message, use.name);
  }
});

Deno.test("functions of analysis say how to read a tensor", async () => {
  await selectBackend("cpu");
  const cube = tf.ones([2, 1, 3]);
  const uses: readonly [CallableFunction, readonly unknown[], string][] = [
    [summaryByStep, [cube], "await activations.array() gives one"],
    [temporalDeviation, [cube], "await activations.array() gives one"],
    [saturation, [cube], "await gate.array() gives one"],
    [stateNorms, [cube], "await states.array() gives one"],
    [singularValues, [cube], "await matrix.array() gives one"],
    [seriesVariation, [cube], "await series.array() gives one"],
    [seqRepN, [cube, 1], "await sequence.data() gives one"],
    [temporalDeviation, [cube.array()], "Await it first"],
  ];
  for (const [use, args, message] of uses) {
    assertThrows(() => call(use, args), InputError, message, use.name);
  }
  cube.dispose();
});

Deno.test("NgramModel throws on options and sequences of other types", () => {
  const options = { order: 2, vocabularySize: 4 };
  const wrong: readonly [unknown[], string][] = [
    [[[[1, 2]]], "options of NgramModel must be an object such as { order, vocabularySize }"],
    [[[[1, 2]], 2], "options of NgramModel must be an object"],
    [
      [[[1, 2]], { ...options, n: 3 }],
      "an option of NgramModel must be one of order, vocabularySize",
    ],
    [[[[1, 2]], { ...options, order: "2" }], 'order must be 0 or a positive integer, found "2"'],
    [
      [[[1, 2]], { ...options, order: 2 ** 40 }],
      "order must be small enough for 134217728 n-grams",
    ],
    [[[1, 2], options], "sequences[0] must be ids in an array or typed array, found 1"],
    [[Int32Array.of(1, 2), options], "sequences must be an array of sequences of ids"],
    [["12", options], "sequences must be an array of sequences of ids"],
    [[[[1n]], options], "sequences[0][0] must be an integer from 0 to 3, found 1n"],
    [[[[1, 2]], { ...options, excluded: 0 }], "excluded must be an array of ids, found 0"],
  ];
  for (const [args, message] of wrong) {
    assertThrows(() => Reflect.construct(NgramModel, args), InputError, message);
  }
  const model = new NgramModel([[1, 2]], options);
  const probability = (...args: unknown[]) => Reflect.apply(model.probability, model, args);
  assertThrows(() => probability(1, 2), InputError, "context must be ids in an array");
  assertThrows(() => probability([1], "2"), InputError, 'found "2"');
  const surprisals = (...args: unknown[]) => Reflect.apply(model.surprisals, model, args);
  assertThrows(() => surprisals(3), InputError, "sequence must be ids in an array or typed array");
});

Deno.test("NgramModel throws on too many n-grams for sequences of any length", () => {
  // Every n-gram of every length would be 500 thousand million.
  const long = Int32Array.from({ length: 1_000_000 }, (_, i) => i % 7);
  const count = () => new NgramModel([long], { order: 1_000_000, vocabularySize: 7 });
  assertThrows(count, InputError, "order must be small enough for 134217728 n-grams");
});

Deno.test("gradientFlow() and inputGradients() throw on arrays, other models and other places", async () => {
  await selectBackend("cpu");
  const recurrent = new RNN({ inputSize: 2, hiddenSize: 1, random: new Random(1) });
  const model = new SequenceModel({ recurrent });
  const [x, target] = [tf.ones([4, 1, 2]), tf.ones([1, 1])];
  const wrong: readonly Mistake[] = [
    [gradientFlow, [undefined, x, target], "model must be a SequenceModel, found undefined"],
    [gradientFlow, [model, [[[1, 2]]], target], "x must be a tensor"],
    [gradientFlow, [model, x], "target must be a tensor, found undefined"],
    [gradientFlow, [model, target, target], "x must be of shape [sequence, batch, input 2]"],
    [
      inputGradients,
      [SequenceModel, x, target, "last"],
      "model must be a model with a method forward",
    ],
    [inputGradients, [model, Float32Array.of(1), target, "last"], "x must be a tensor"],
    [inputGradients, [model, x, target], 'place must be "last" or "all", found undefined'],
    [inputGradients, [model, x, target, "first"], 'place must be "last" or "all", found "first"'],
  ];
  for (const [use, args, message] of wrong) {
    await assertRejects(async () => await call(use, args), InputError, message, use.name);
  }
  tf.dispose([x, target]);
  model.dispose();
});
