import { assert, assertEquals } from "@std/assert";
import * as analysis from "../../src/analysis.ts";
import * as classification from "../../src/classification.ts";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import * as data from "../../src/data.ts";
import * as statistics from "../../src/statistics.ts";
import { afinnLexicon } from "../../src/data/text/lexicons.ts";
import { readLabelledTexts } from "../../src/data/text/read_labelled_texts.ts";
import { sentenceWords } from "../../src/data/text/sentence_words.ts";

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

type Call = readonly [name: string, of: unknown, args: () => unknown[]];

async function calls(): Promise<Call[]> {
  const random = () => new Random(1);
  const samples = () =>
    Array.from({ length: 8 }, (_, i) => ({ label: i % 2, source: i < 4 ? "a" : "b", group: i }));
  const training = () => ({ texts: ["good", "bad"], labels: [1, 0], classes: 2 });
  const labels = () => [0, 1, 1];
  const rows = () => [[0.9, 0.1], [0.4, 0.6], [0.5, 0.5]];
  const runs = () => ({ labels: labels(), probabilities: [rows(), rows()] });
  const classes = { classes: ["no", "yes"], sources: ["a", "b", "a"] };
  const resampling = () => ({ groups: [0, 1, 2], random: random(), resamples: 5, confidence: 0.9 });
  const measured = () => ({ seeds: 2, compute: () => [1] });
  const lexicon = await afinnLexicon();
  const records = samples().map((sample, i) => ({ ...sample, text: `word ${i}` }));
  const texts = {
    id: "",
    title: "",
    origin: "",
    licence: null,
    classes: ["a", "b"],
    texts: records,
  };
  const attention = () => [[0.5, 0.5], [[1, 2], [3, 4]]];
  const family = () => ({ id: "", title: "", fit: classification.majorityClassifier });
  const split = { train: [0, 1], validation: [], test: [2] };
  const network: classification.SequenceClassifierOptions = {
    ...{
      cell: "gru",
      embeddingDim: 2,
      embeddingStd: 1,
      hiddenSize: 2,
      numLayers: 1,
      bidirectional: false,
    },
    ...{ readout: "attention", attentionSize: 2, dropout: 0.5, wordDropout: 0.5, minCount: 1 },
    ...{ maxVocabulary: 5, maxLength: 3, learningRate: 0.1, weightDecay: 0, clipGradNorm: 1 },
    ...{ batchSize: 2, epochs: 1, patience: 1 },
  };
  const options = { ...network, random: random() };
  const classifier = await classification.SequenceClassifier.fit(training(), options);
  const file = await classifier.save();
  return [
    ["sentenceWords", sentenceWords, () => ["a text"]],
    ["readLabelledTexts", readLabelledTexts, () => [
      "d.csv",
      new TextEncoder().encode("t,l,s\na,1,x\nb,2,y\n"),
      { text: "t", label: "l", source: "s", format: "csv", classes: ["1", "2"], minimum: 2 },
    ]],
    ["stratifiedFolds", data.stratifiedFolds, () => [samples(), { folds: 2, random: random() }]],
    ["crossValidationSplits", data.crossValidationSplits, () => [
      samples(),
      { folds: 2, validationFolds: 2, random: random() },
    ]],
    [
      "sourceSplits",
      data.sourceSplits,
      () => [samples(), { validationFolds: 2, random: random() }],
    ],
    ["learningSubsets", data.learningSubsets, () => [
      samples(),
      [0, 1, 2],
      { sizes: [1, 2], random: random() },
    ]],
    ["crossedIntervals", statistics.crossedIntervals, () => [
      { ...measured(), finish: (means: unknown) => means },
      { ...resampling(), items: 3 },
    ]],
    ["crossedDifferences", statistics.crossedDifferences, () => [
      measured(),
      measured(),
      { ...resampling(), items: 3, pairedSeeds: true },
    ]],
    ["confusionMatrix", classification.confusionMatrix, () => [labels(), rows(), [1, 2, 3]]],
    ["rocAuc", classification.rocAuc, () => [labels(), rows(), [1, 2, 3]]],
    ["logLoss", classification.logLoss, () => [labels(), rows(), [1, 2, 3]]],
    ["brierScore", classification.brierScore, () => [labels(), rows(), [1, 2, 3]]],
    ["accuracy", classification.accuracy, () => [[[1, 2], [3, 4]]]],
    ["balancedAccuracy", classification.balancedAccuracy, () => [[[1, 2], [3, 4]]]],
    ["classScores", classification.classScores, () => [[[1, 2], [3, 4]]]],
    ["expectedCalibrationError", classification.expectedCalibrationError, () => [
      labels(),
      rows(),
      { bins: 5, weights: [1, 2, 3] },
    ]],
    ["calibrationCurve", classification.calibrationCurve, () => [
      labels(),
      rows(),
      { label: 0, bins: 5, strategy: "quantile", weights: [1, 2, 3] },
    ]],
    ["calibrationBand", classification.calibrationBand, () => [
      runs(),
      { ...resampling(), label: 0, bins: 5 },
    ]],
    ["classificationReport", classification.classificationReport, () => [
      runs(),
      { ...classes },
      resampling(),
    ]],
    ["classificationDifferences", classification.classificationDifferences, () => [
      runs(),
      runs(),
      { ...classes },
      { ...resampling(), pairedSeeds: true },
    ]],
    ["totalVariation", analysis.totalVariation, () => [[0.5, 0.5], [1, 0]]],
    ["jensenShannon", analysis.jensenShannon, () => [[0.5, 0.5], [1, 0]]],
    ["attendedOutput", analysis.attendedOutput, attention],
    ["uniformAttention", analysis.uniformAttention, attention],
    ["permutedAttention", analysis.permutedAttention, () => [
      ...attention(),
      { random: random(), permutations: 3 },
    ]],
    ["adversarialAttention", analysis.adversarialAttention, () => [
      ...attention(),
      { epsilon: 0.1 },
    ]],
    ["attentionAgreement", analysis.attentionAgreement, () => [[0.5, 0.5], [3, 4]]],
    ["attentionOverSeeds", analysis.attentionOverSeeds, () => [[[0.5, 0.5], [1, 0]]]],
    ["excessAttention", analysis.excessAttention, () => [[0.5, 0.5], [true, false]]],
    ["attentionMeans", classification.attentionMeans, () => [[]]],
    ["majorityClassifier", classification.majorityClassifier, () => [training()]],
    ["naiveBayesClassifier", classification.naiveBayesClassifier, () => [
      training(),
      { pairs: true, binary: false, alpha: 1 },
    ]],
    ["tfidfClassifier", classification.tfidfClassifier, () => [
      training(),
      { pairs: true, sublinear: false, c: 1 },
    ]],
    ["lexiconClassifier", classification.lexiconClassifier, () => [
      { ...lexicon },
      { negation: 1, positive: 0 },
    ]],
    ["crossValidate", classification.crossValidate, () => [
      { ...texts },
      [{ ...split }],
      family(),
      random(),
    ]],
    ["classifiedTexts", classification.classifiedTexts, () => [{ ...texts }, [0, 1]]],
    ["SequenceClassifier.fit", classification.SequenceClassifier.fit, () => [
      training(),
      { ...network, validation: training(), random: random(), onEpoch: () => undefined },
    ]],
    ["fitSequenceClassifiers", classification.fitSequenceClassifiers, () => [
      training(),
      { ...network, validation: training(), random: [random()] },
    ]],
    ["SequenceClassifier.load", classification.SequenceClassifier.load, () => [file, "file"]],
    ["predictProbabilities", classifier.predictProbabilities.bind(classifier), () => [["a text"]]],
    ["attend", classifier.attend.bind(classifier), () => [["a text"]]],
    ["sequenceClassifierFamily", classification.sequenceClassifierFamily, () => [
      { id: "", title: "", ...network },
    ]],
    ["chosenByValidation", classification.chosenByValidation, () => ["a", "b", [family()]]],
  ];
}

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

Deno.test("public functions of classification take any argument, or throw an InputError", async () => {
  await selectBackend("cpu");
  const faults: string[] = [];
  let tried = 0;
  for (const [name, of, args] of await calls()) {
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
  assert(tried > 2000, `${tried} calls`);
});
