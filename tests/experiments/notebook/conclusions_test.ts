import { assert, assertEquals } from "@std/assert";
import {
  conclusions,
  fixedSentences,
  mends,
} from "../../../src/experiments/notebook/conclusions.ts";
import * as settings from "../../../src/experiments/notebook/parameters.ts";

const lines = (await Deno.readTextFile(new URL("../../../fixtures/notebook.md", import.meta.url)))
  .split("\n");
const line = (number: number) => lines[number - 1] ?? "";

Deno.test("conclusions quote the notebook exactly, with the right line", () => {
  for (const quoted of [...conclusions, ...fixedSentences, ...mends]) {
    assert(line(quoted.line).includes(quoted.words), `line ${quoted.line}: ${quoted.words}`);
  }
});

Deno.test("conclusions have different ids and names", () => {
  for (const names of [conclusions.map(({ id }) => id), conclusions.map(({ name }) => name)]) {
    assertEquals(new Set(names).size, conclusions.length);
  }
});

Deno.test("settings agree with the notebook's lines", () => {
  const { sizes, learning, text } = settings;
  for (
    const [number, words] of [
      [425, `input_size = ${sizes.inputSize}`],
      [426, `hidden_size = ${sizes.hiddenSize}`],
      [427, `output_size = ${sizes.outputSize}`],
      [467, `sequence_lengths = [${settings.weightLengths.join(", ")}]`],
      [488, `gradient_decay_rate < ${settings.VANISHED}`],
      [1005, `seq_len, batch_size = ${Object.values(settings.gateSequences).join(", ")}`],
      [1114, `torch.randn(seq_len, ${settings.FLOW_BATCH}, self.input_size`],
      [1128, `seq_len > ${settings.EARLY_STEP}`],
      [1130, `x.grad[${settings.EARLY_STEP - 1}].norm()`],
      [1319, `lr=${learning.learningRate}`],
      [1352, `if loss < ${learning.converged}), 50)`],
      [1434, `seq_len = ${learning.steps}`],
      [1435, `num_samples = ${learning.trainSequences + learning.testSequences}`],
      [1503, `[${settings.flowLengths.join(", ")}]`],
      [2068, `sequence_length = ${text.length}`],
      [2073, `int(${text.trainingShare} * len(dataset))`],
      [2133, `epochs=20, lr=${text.learningRate}`],
    ] as const
  ) {
    assert(line(number).includes(words), `line ${number} is ${line(number)}, not ${words}`);
  }
  const source = lines.join("\n");
  for (
    const words of [
      `embedding_dim = ${text.embeddingDim}`,
      `hidden_dim = ${text.hiddenSize}`,
      `num_layers = ${text.numLayers}`,
      `dropout=${text.dropout}`,
      "weight_decay=1e-4",
      "gradient_clip=1.0, scheduler_patience=3",
      `factor=${text.factor}, patience=scheduler_patience`,
      `max_length=${text.generated}, **`,
      `if epoch % ${text.sampled.every} == 0:`,
      `max_length=${text.sampled.tokens}, temperature=${text.sampled.temperature}`,
      `test_prompts = [${text.prompts.map((prompt) => `"${prompt}"`).join(", ")}]`,
      ...settings.networkKeys.map((key) => `'${key}': `),
      ...settings.taskKeys.map((key) => `'${key}': self._create_${key}`),
    ]
  ) {
    assert(source.includes(words), words);
  }
  assertEquals([text.weightDecay, text.clipGradNorm, text.patience], [1e-4, 1, 3]);
});

Deno.test("the notebook's LSTM has dropout only between layers, of which it has one", () => {
  assert(line(972).includes("num_layers=1, dropout=0.1"));
  const acts = lines.filter((text) => text.includes("self.dropout_layer and layer <"));
  assertEquals(acts.map((text) => text.trim()), [
    "if self.dropout_layer and layer < self.num_layers - 1:",
  ]);
});
