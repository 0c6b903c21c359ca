import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Claim, Result, Verdict } from "../../../src/result/result.ts";
import { claimCards } from "../../../src/report/claims/cards.ts";
import { trusted } from "../../../src/report/format/html.ts";
import { renderMarkdown } from "../../../src/report/markdown/markdown.ts";
import { viewOf } from "../../../src/report/view.ts";
import { parseHtml } from "../dom.ts";
import { manifest, result, view } from "../rendered_page.ts";
import { claim, sampleClaims } from "../sample_claims.ts";
import { loadTex } from "../../../src/report/markdown/tex.ts";

await loadTex(["$"]);

function cards(changes: Partial<Result> = {}): Promise<Document> {
  const shown = viewOf({ ...result, ...changes }, manifest, view().draw, "");
  return parseHtml(claimCards(shown).markup);
}

/** Returns the text of an element, with single plain spaces. */
function textOf(found: Element | null | undefined): string {
  return (found?.textContent ?? "").replace(/[\u202f\u00a0\s]+/g, " ").trim();
}

/** Returns the descriptions of a card by their terms. */
function terms(card: Element | null): Map<string, string> {
  return new Map(
    [...card?.querySelectorAll("dl > div") ?? []].map((row) => [
      textOf(row.querySelector("dt")),
      textOf(row.querySelector("dd")),
    ]),
  );
}

Deno.test("claimCards() groups claims by family", async () => {
  const document = await cards();
  const families = [...document.querySelectorAll(".family")].map((family) => [
    textOf(family.querySelector(".family-name")),
    [...family.querySelectorAll(".claim")].map((card) => card.id),
  ]);
  assertEquals(families, [
    ["Family: decay (2 claims, p adjusted together (Holm))", ["claim-vanishing", "claim-lag"]],
    [
      "Family: spectrum (3 claims, p adjusted together (Holm))",
      ["claim-stable", "claim-same", "claim-radius-grows"],
    ],
    ["Declared, but not measured in this run", ["claim-long-sequences"]],
  ]);
});

Deno.test("claimCards() shows each number from which a verdict follows", async () => {
  const card = (await cards()).getElementById("claim-vanishing");
  assertStringIncludes(textOf(card?.querySelector(".statement")), "Predicted: With a gain");
  assertEquals(
    textOf(card?.querySelector(".found")),
    "Found: It is 1.2 [0.9, 1.5] × 10⁻⁵, as predicted. ✓ prediction supported",
  );
  assertEquals(
    [...terms(card)],
    [
      ["Estimate [95 % interval], n = 10", "1.2 [0.9, 1.5] × 10⁻⁵"],
      ["p", "< 10⁻¹⁵"],
      ["p, adjusted for 2 claims", "< 10⁻¹⁵"],
      ["p, effect too small to matter, adjusted", "0.9"],
      ["share of seeds that agree", "0.90 [0.82, 0.98]"],
      ["p, Wilcoxon", "0.004"],
      ["effect detectable with 10 seeds (80 % power)", "3 %"],
      ["seeds needed for the smallest effect (80 % power)", "at most the 10 here"],
      ["Prediction", "below 1 × 10⁻⁴ (smallest effect: 10 %)"],
      ["Measure", "relative norm at lag 20"],
      ["Values", "CSV by seed of all 10 values, with first, last; mean, Student t"],
      ["Declared", "2026-01-02, commit 0123456"],
      ["Why this smallest effect", "A convention."],
      ["Source", "Pascanu et al. (2013), doi:10.5555/3042817.3043083"],
    ],
  );
  const link = card?.querySelector(".details a");
  assertEquals(link?.getAttribute("href"), "claims/vanishing-gradients/vanishing.csv");
});

Deno.test("claimCards() quotes the exact words with their file and line", async () => {
  const document = await cards();
  const quotation = document.querySelector("#claim-vanishing .quotation");
  assertEquals(
    textOf(quotation?.querySelector("blockquote")),
    "“Demonstrated the vanishing gradient problem”",
  );
  assertEquals(
    textOf(quotation?.querySelector(".place")),
    "the notebook, line 2440 fixtures/notebook.md",
  );
  assertEquals(document.querySelectorAll(".quotation").length, 1);
});

Deno.test("claimCards() shows changes, prior results, overlap and search", async () => {
  const card = (await cards()).getElementById("claim-stable");
  assertEquals(
    textOf(card?.querySelector(".revisions")),
    "Changed once after a first run 2026-01-05, commit fedcba9: The threshold was 1.1. " +
      "Why: 1.1 had no reason.",
  );
  const found = terms(card);
  assertEquals(
    found.get("Declared"),
    "2026-01-02, commit 0123456; last changed 2026-01-05, commit fedcba9",
  );
  assertEquals(found.get("Known when declared"), "0.6 over three seeds, in an exploratory run.");
  assertStringIncludes(found.get("Overlap") ?? "", "the splits overlap");
  assertStringIncludes(found.get("Overlap") ?? "", "0.25");
  assertStringIncludes(found.get("Search") ?? "", "the largest of 64 eigenvalues");
});

Deno.test("claimCards() names the alternatives under which a verdict changes", async () => {
  const document = await cards();
  const card = document.getElementById("claim-stable");
  const rows = [...card?.querySelectorAll(".alternatives tbody tr") ?? []].map(textOf);
  assertEquals(rows, [
    "Glorot initialisation 1.020 [1.008, 1.032] ≈ equivalent",
    "H = 128 0.600 [0.588, 0.612] ✗ refuted",
  ]);
  assertEquals(
    textOf(card?.querySelector(".changes")),
    "The verdict changes under: Glorot initialisation (equivalent).",
  );
  assertEquals(document.querySelectorAll(".changes").length, 1);
});

Deno.test("claimCards() compares alternatives with the printed verdict", async () => {
  const [first] = sampleClaims;
  const [other] = sampleClaims.flatMap((one) => one.alternatives);
  assert(first && other);
  const adjusted: Claim = claim({
    id: "adjusted",
    statement: "S.",
    verdict: "undecided",
    unadjustedVerdict: "supported",
    alternatives: [{ ...other, verdict: "supported" }, { ...other, verdict: "undecided" }],
  });
  const document = await cards({ claims: [adjusted, { ...adjusted, id: "other" }] });
  assertEquals(
    textOf(document.querySelector(".changes")),
    "The verdict changes under: Glorot initialisation (supported).",
  );
  assertStringIncludes(
    textOf(document.querySelector(".found")),
    "decides nothing. (Not decided after adjustment for 2 claims; alone it would be supported.) " +
      "? prediction undecided",
  );
});

Deno.test("claimCards() names a few seeds whose omission changes the verdict, and counts the others", async () => {
  const without = async (changes: Partial<Claim>) => {
    const shown = claim({ id: "a", statement: "S.", ...changes });
    const document = await cards({ claims: [shown, claim({ id: "b", statement: "S." })] });
    assertEquals(document.querySelectorAll(".influence").length, 1);
    return textOf(document.querySelector("#claim-a .influence"));
  };
  const of = (labels: readonly (number | string)[], verdict: Verdict = "undecided") =>
    labels.map((label) => ({ label, verdict }));
  assertEquals(
    await without({ influential: of([8], "supported") }),
    "Without seed 8 the verdict is supported.",
  );
  assertEquals(
    await without({ influential: of(["<fold>"]), overlap: 0.25 }),
    "Without split <fold> the verdict is undecided.",
  );
  assertEquals(
    await without({ influential: [...of([1, 2]), ...of([3], "refuted")] }),
    "Without one of the seeds 1 or 2 the verdict is undecided. Without seed 3 the verdict is refuted.",
  );
  assertEquals(
    await without({ influential: of([1, 2, 3, 4, 5]) }),
    "Without one of the seeds 1, 2, 3, 4 or 5 the verdict is undecided.",
  );
  assertEquals(
    await without({ influential: of([1, 2, 3, 4, 5, 6]) }),
    "Without one of the seeds 1, 2, 3, 4 or 2 others the verdict is undecided.",
  );
});

Deno.test("claimCards() shows dashes for a claim with too few values", async () => {
  const found = terms((await cards()).getElementById("claim-lag"));
  assertEquals(found.get("Estimate, n = 2"), "6.7 steps (no interval)");
  assertEquals(found.get("p, adjusted for 2 claims"), "—");
  assertEquals(found.get("effect detectable with 2 seeds (80 % power)"), "—");
  assertEquals(found.get("seeds needed for the smallest effect (80 % power)"), "—");
  assertEquals(found.get("Prediction"), "within 0.5 steps of 6.58 steps");
  assertEquals(found.get("p, effect too small to matter, adjusted"), "—");
  assertEquals(found.get("p, effect large enough to matter, adjusted"), "—");
});

Deno.test("claimCards() says why a declared claim was not measured", async () => {
  const document = await cards({ claims: [] });
  assertStringIncludes(textOf(document.body), "has no measured claims");
  assertEquals(
    textOf(document.getElementById("claim-long-sequences")),
    "– not measured The gradient vanishes over 1000 steps. Why: steps is 40.",
  );
});

Deno.test("claimCards() shows the common background of a family once", async () => {
  const alike = ["a", "b"].map((id) =>
    claim({ id, statement: "S.", source: id, search: "The best of three." })
  );
  const document = await cards({ claims: alike });
  const common = terms(document.querySelector(".family"));
  assertEquals(common.get("Why this smallest effect"), "A convention.");
  assertEquals(textOf(document.querySelector(".common")).includes("The best of three."), true);
  const own = terms(document.getElementById("claim-a"));
  assertEquals([own.get("Source"), own.get("Search"), own.get("Why this smallest effect")], [
    "a",
    undefined,
    undefined,
  ]);
});

Deno.test("claimCards() links its terms to the page of methods, if there is one", async () => {
  const without = await cards();
  assertEquals(without.querySelectorAll("dt a").length, 0);
  const shown = viewOf(result, manifest, view().draw, "", true);
  const links = [
    ...(await parseHtml(claimCards(shown).markup)).querySelectorAll("#claim-vanishing dt a"),
  ].map((link) => link.getAttribute("href"));
  assertEquals(new Set(links).size, 4);
  const methods = renderMarkdown(
    { path: "reports/methods.md", source: await Deno.readTextFile("reports/methods.md") },
    { blockKinds: ["figure", "table"], inline: () => trusted("1"), block: () => trusted("") },
  ).body.markup;
  for (const link of links) assertStringIncludes(methods, `id="${link?.split("#")[1]}"`);
});
