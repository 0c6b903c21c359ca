import { assertEquals } from "@std/assert";
import {
  predictionJson,
  predictionLines,
  topWords,
} from "../../../tasks/classify/prediction_lines.ts";

const good = {
  text: "Good, so good!",
  probabilities: [0.0274, 0.9726],
  attended: {
    words: ["good", "so", "good"],
    weights: [0.25, 0.35, 0.4],
    known: [true, true, true],
  },
};
const bad = {
  text: "It broke.",
  probabilities: [1, 0],
  attended: { words: ["it", "broke"], weights: [0.001, 0.999], known: [true, false] },
};
const form = { labels: ["negative", "so-so 良い"], words: 5, columns: Infinity };

Deno.test("predictionLines() are aligned for all labels and probabilities", () => {
  assertEquals(
    predictionLines(good, form) + predictionLines(bad, form),
    `so-so 良い   97.3 %  Good, so good!
                     good 0.65, so 0.35
negative    100.0 %  It broke.
                     broke (unknown) 1.00, it 0.00
`,
  );
});

Deno.test("predictionLines() shows as many words and columns as wanted", () => {
  const [first, second] = predictionLines(good, { ...form, words: 1, columns: 30 }).split("\n");
  assertEquals(first, "so-so 良い   97.3 %  Good, so…");
  assertEquals(second?.trim(), "good 0.65");
  assertEquals(predictionLines(good, { ...form, words: 0 }).split("\n").length, 2);
  assertEquals(predictionLines({ ...good, attended: null }, form).split("\n").length, 2);
});

Deno.test("predictions show the label that a text has, in lines only if it is another one", () => {
  const right = predictionLines({ ...bad, labelled: "negative" }, { ...form, words: 0 });
  assertEquals(right.split("\n").length, 2);
  const wrong = predictionLines({ ...good, labelled: "negative" }, { ...form, words: 1 });
  assertEquals(wrong.split("\n").slice(1, 3).map((line) => line.trim()), [
    "labelled negative",
    "good 0.65",
  ]);
  const json = predictionJson({ ...good, labelled: "no" }, ["no", "yes"]);
  assertEquals(JSON.parse(json).labelled, "no");
});

Deno.test("predictionLines() keeps a text on its line, and escapes control characters", () => {
  const lines = predictionLines({ ...bad, text: "a\nb\x1b[2J" }, { ...form, words: 0 });
  assertEquals(lines, "negative    100.0 %  a\\x0ab\\x1b[2J\n");
});

Deno.test("predictionJson() has the probabilities by label and the words in order", () => {
  const line = predictionJson({ ...good, text: "a\nb\x9b\u202e" }, ["no", "__proto__"]);
  assertEquals(
    line,
    '{"text":"a\\nb\\u009b\\u202e","label":"__proto__","probability":0.9726,' +
      '"probabilities":{"no":0.0274,"__proto__":0.9726},"words":[{"word":"good","weight":0.25,' +
      '"known":true},{"word":"so","weight":0.35,"known":true},{"word":"good","weight":0.4,' +
      '"known":true}]}\n',
  );
  assertEquals(JSON.parse(line).text, "a\nb\x9b\u202e");
  assertEquals(JSON.parse(predictionJson({ ...bad, attended: null }, ["a", "b"])).words, null);
});

Deno.test("topWords() adds the weights of equal words", () => {
  assertEquals(topWords(["a", "b", "a"], [0.2, 0.3, 0.2], 1), [["a", 0.4]]);
  assertEquals(topWords(["b", "a"], [0.5, 0.5], 2), [["b", 0.5], ["a", 0.5]]);
});
