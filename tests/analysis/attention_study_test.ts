import { assert, assertEquals } from "@std/assert";
import { adversarialAttention } from "../../src/analysis/adversarial_attention.ts";
import { attentionAgreement, attentionOverSeeds } from "../../src/analysis/attention_agreement.ts";
import {
  attendedOutput,
  permutedAttention,
  uniformAttention,
} from "../../src/analysis/attention_counterfactuals.ts";
import { attendSequences, gradientImportance } from "../../src/analysis/attention_importance.ts";
import { studyAttention } from "../../src/analysis/attention_study.ts";
import { leaveOneOut } from "../../src/analysis/leave_one_out.ts";
import { Random } from "../../src/core/random.ts";
import { testOn } from "../backends.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { attentionModel, sentences } from "./attention_models.ts";

testOn("wasm", "studyAttention() has the measures of the single functions", async () => {
  for (const classes of [2, 3]) {
    using first = await attentionModel({ seed: 1, classes });
    using second = await attentionModel({ seed: 2, classes });
    const networks = [first, second];
    const options = { random: new Random(1), permutations: 20, epsilon: 0.02 };
    const study = await studyAttention(networks, sentences, { ...options, throughAttention: true });
    const attended = await attendSequences(networks, sentences);
    const gradients = await gradientImportance(networks, sentences, { throughAttention: true });
    const omissions = await leaveOneOut(networks, sentences);
    for (const [r, texts] of study.entries()) {
      for (const [i, text] of texts.entries()) {
        const { weights = [], wordLogits = [] } = attended[r]?.[i] ?? {};
        const gradient = gradients[r]?.[i] ?? [];
        const omission = omissions[r]?.[i] ?? null;
        assertEquals([text.weights, text.gradient], [weights, gradient]);
        const output = attendedOutput(weights, wordLogits);
        assertClose(text.probabilities, output, tolerance.backend.wasm);
        assertEquals(text.leaveOneOut, omission);
        if (weights.length === 1) {
          const { tauGradient, permuted, adversarial, uniform, overSeeds } = text;
          assertEquals([tauGradient, permuted, uniform, overSeeds], [null, null, null, null]);
          assertEquals([text.tauLeaveOneOut, adversarial], [null, null]);
          continue;
        }
        const { random, permutations, epsilon } = options;
        const seeds = attentionOverSeeds(attended.map((texts) => [...texts[i]?.weights ?? []]));
        assertEquals(text.tauGradient, attentionAgreement(weights, gradient));
        assertEquals(text.tauLeaveOneOut, attentionAgreement(weights, omission ?? []));
        assertEquals(
          text.permuted,
          permutedAttention(weights, wordLogits, { random, permutations }),
        );
        assertEquals(text.adversarial, adversarialAttention(weights, wordLogits, { epsilon }));
        assertEquals(text.uniform, uniformAttention(weights, wordLogits));
        assertEquals(text.overSeeds, seeds[r]);
      }
    }
  }
});

testOn("wasm", "studyAttention() of uniform attention: no order, nothing permuted", async () => {
  using model = await attentionModel({ readout: "mean" });
  const [texts = []] = await studyAttention(model, sentences, { random: new Random(1) });
  for (const { weights, tauGradient, permuted, uniform, overSeeds } of texts) {
    if (weights.length === 1) continue;
    assertEquals([tauGradient, overSeeds], [null, null]);
    assert((permuted ?? NaN) < 1e-6 && (uniform ?? NaN) < 1e-6);
  }
});

testOn("cpu", "studyAttention() refuses wrong options", async () => {
  using model = await attentionModel();
  const random = new Random(1);
  await assertMistakes([
    [() => call(null, studyAttention, model, [[1]]), "options of studyAttention must be an object"],
    [() => call(null, studyAttention, model, [[1]], {}), "random must be"],
    [() => studyAttention(model, [[1]], { random, epsilon: 1 }), "epsilon must be in (0, 1)"],
    [() => studyAttention(model, [[1]], { random, permutations: 0.5 }), "permutations must be"],
    [() => call(null, studyAttention, model, [[1]], { random, eps: 1 }), "epsilon"],
  ]);
});
