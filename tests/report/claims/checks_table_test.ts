import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Check } from "../../../src/result/result.ts";
import { alarm, checksTable } from "../../../src/report/claims/checks_table.ts";
import { parseHtml } from "../dom.ts";
import { result } from "../rendered_page.ts";
import { sampleChecks } from "../sample_claims.ts";

const failed: readonly Check[] = sampleChecks.map((check) =>
  check.id === "bound" ? { ...check, worst: 0.031, holds: false } : check
);

function rowTexts(document: Document): string[][] {
  return [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map((cell) => (cell.textContent ?? "").replace(/[\u202f\u00a0\s]+/g, " "))
  );
}

Deno.test("checksTable() has the worst violation, the limit and the cases of each check", async () => {
  const document = await parseHtml(checksTable(result).markup);
  const [bound = []] = rowTexts(document);
  assertStringIncludes(bound[0] ?? "", "✓ passed The norm of a product");
  assertStringIncludes(bound[0] ?? "", "source: submultiplicativity");
  assertEquals(bound.slice(1), [
    "2.4 × 10⁻⁸",
    "1 × 10⁻⁶rounding of 32-bit floats",
    "400",
  ]);
  assertEquals(document.querySelectorAll(".failed").length, 0);
  assertEquals(document.querySelector("tbody tr")?.id, "check-bound");
});

Deno.test("checksTable() marks a check that fails, and alarm() reports it", async () => {
  const document = await parseHtml(checksTable({ ...result, checks: failed }).markup);
  const marked = [...document.querySelectorAll(".failed")];
  assertEquals(marked.map(({ id }) => id), ["check-bound"]);
  assertStringIncludes(marked[0]?.textContent ?? "", "✗ failed");
  const top = await parseHtml(alarm(failed, "a.html", "Gates")?.markup ?? "");
  assertStringIncludes(
    top.querySelector('[role="alert"]')?.textContent ?? "",
    "A check of the program failed. Do not rely on the numbers of “Gates”.",
  );
  assertEquals(top.querySelector("a")?.getAttribute("href"), "a.html#check-bound");
  assertEquals(alarm(sampleChecks, "", "Gates"), null);
});

Deno.test("checksTable() says so if there are no checks", () => {
  assertStringIncludes(checksTable({ ...result, checks: [] }).markup, "has no checks");
});
