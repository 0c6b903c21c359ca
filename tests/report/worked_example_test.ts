import { assertEquals, assertStringIncludes } from "@std/assert";
import { studentQuantile } from "../../src/statistics/distributions.ts";
import { holm } from "../../src/statistics/verdict.ts";
import { detectable } from "../../src/statistics/detectable.ts";
import { infer } from "../../src/statistics/inference.ts";

const ALPHA = 0.05 / 3;

Deno.test("reports/methods.md computes the numbers of a claim by hand", async () => {
  const page = await Deno.readTextFile("reports/methods.md");
  const [, after = ""] = page.split("## One claim by hand\n");
  const [section = ""] = after.replaceAll(/\s+/g, " ").split(" ## ");
  const [, list = ""] = /ten seeds are ([\d., ]+?\d)\. /.exec(section) ?? [];
  const values = list.split(", ").map(Number);
  assertEquals(values.length, 10);
  const predicts = { value: 1, smallestEffect: 0.05, reason: "" } as const;
  const options = { statistic: "geometric-mean" } as const;
  const above = infer(values, { ...predicts, relation: "above" }, options);
  const near = infer(values, { ...predicts, relation: "near" }, options);
  const effect = (relation: "above" | "near") =>
    detectable(values, { ...predicts, relation }, { ...options, alpha: ALPHA }) ?? NaN;
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, x) => sum + x, 0) / 10;
  const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 9);
  const error = deviation / Math.sqrt(10);
  const [adjusted = NaN] = holm([above.p ?? NaN, 0.004, 0.2]);
  const { low, high } = above.estimate;
  const places = [
    `\\bar x = ${mean.toFixed(4)}`,
    `s = ${deviation.toPrecision(4)}`,
    `e = s / \\sqrt{10} = ${error.toPrecision(4)}`,
    `v \\exp \\bar x = ${above.estimate.value.toFixed(3)}`,
    `t_{0.975,\\,9} = ${studentQuantile(0.975, 9).toFixed(3)}`,
    `[${low?.toFixed(3)}, ${high?.toFixed(3)}]`,
    `t = \\bar x / e = ${(mean / error).toFixed(3)}`,
    `$p = ${above.p?.toFixed(5)}$`,
    `\\ln(1 + \\delta) = \\pm ${Math.log(1.05).toPrecision(4)}`,
    `/ e = ${((mean - Math.log(1.05)) / error).toFixed(3)}`,
    `is $${above.equivalenceP?.toFixed(4)}$`,
    `together are $${near.outsideP?.toFixed(4)}$`,
    `for 3 claims, is ${adjusted.toFixed(4)}`,
    `Values above $v$: ${10 * above.agreeing.value} of 10`,
    `[${above.agreeing.low?.toFixed(2)}, ${above.agreeing.high?.toFixed(2)}]`,
    `agree: ${10 * near.agreeing.value} of 10`,
    `1024 = ${above.signedRankP?.toFixed(4)}$`,
    `${studentQuantile(1 - ALPHA / 2, 9).toFixed(3)} + ${studentQuantile(0.8, 9).toFixed(3)}`,
    `${studentQuantile(1 - ALPHA, 9).toFixed(3)} + ${studentQuantile(0.9, 9).toFixed(3)}`,
    `which is ${(100 * effect("above")).toFixed(1)} %`,
    `which is ${(100 * effect("near")).toFixed(1)} %`,
    `0.25} = ${(deviation * Math.sqrt(0.35)).toPrecision(4)}`,
    `0.25) = ${(10 / 3.5).toFixed(2)}$`,
  ];
  for (const text of places) assertStringIncludes(section, text);
});
