import { assert } from "@std/assert";
import * as analysis from "../../src/analysis.ts";
import * as classification from "../../src/classification.ts";
import { selectBackend } from "../../src/core/backend.ts";
import { Random } from "../../src/core/random.ts";
import * as data from "../../src/data.ts";
import * as statistics from "../../src/statistics.ts";
import { afinnLexicon } from "../../src/data/text/lexicons.ts";
import { readLabelledTexts } from "../../src/data/text/read_labelled_texts.ts";
import { sentenceWords } from "../../src/data/text/sentence_words.ts";
import { assertOnlyInputErrors, type Call } from "../hostile_calls.ts";

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

Deno.test("public functions of classification take any argument, or throw an InputError", async () => {
  await selectBackend("cpu");
  assert(await assertOnlyInputErrors(await calls()) > 2000);
});
