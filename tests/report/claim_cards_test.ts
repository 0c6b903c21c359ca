import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Claim, Result } from "../../src/core/result.ts";
import { claimCards } from "../../src/report/claim_cards.ts";
import { viewOf } from "../../src/report/view.ts";
import { parseHtml } from "./dom.ts";
import { manifest, result, view } from "./rendered_page.ts";
import { claim, sampleClaims } from "./sample_claims.ts";

function cards(changes: Partial<Result> = {}): Promise<Document> {
  const shown = viewOf({ ...result, ...changes }, manifest, view().draw, "");
  return parseHtml(claimCards(shown).markup);
}

/** The text of an element, with plain and single spaces. */
function textOf(found: Element | null | undefined): string {
  return (found?.textContent ?? "").replace(/[\u202f\u00a0\s]+/g, " ").trim();
}

/** The parts of a card by their terms. */
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

Deno.test("claimCards() shows each number that a verdict rests on", async () => {
  const card = (await cards()).getElementById("claim-vanishing");
  assertStringIncludes(textOf(card?.querySelector(".statement")), "✓ supported With a gain");
  assertEquals(
    [...terms(card)],
    [
      ["Estimate [95 % interval], n = 10", "1.2 [0.9, 1.5] × 10⁻⁵"],
      ["p, adjusted (Holm, of 2)", "< 10⁻¹⁵"],
      ["p, unadjusted", "< 10⁻¹⁵"],
      ["p of equivalence, adjusted", "0.9"],
      ["Share of values that agree", "0.90 [0.82, 0.98]"],
      ["p, signed ranks", "0.004"],
      ["Smallest effect that n decides", "3 %"],
      ["Predicted", "below 1 × 10⁻⁴, by at least 10 %: A convention."],
      ["Measured", "relative norm at lag 20"],
      ["Source", "Pascanu et al. (2013), doi:10.5555/3042817.3043083"],
      [
        "Values",
        "CSV of all 10 values, with first, last; mean, Student t",
      ],
      ["Declared", "2026-01-02, commit 0123456"],
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

Deno.test("claimCards() shows changes, what was known, overlap and search", async () => {
  const card = (await cards()).getElementById("claim-stable");
  assertEquals(
    textOf(card?.querySelector(".revisions")),
    "Changed after it was first run: 2026-01-05, commit fedcba9: The threshold was 1.1." +
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
  const document = await cards({ claims: [adjusted] });
  assertEquals(
    textOf(document.querySelector(".changes")),
    "The verdict changes under: Glorot initialisation (supported).",
  );
  assertEquals(
    terms(document.querySelector(".claim")).get("Unadjusted"),
    "without allowance for the family: ✓ supported",
  );
});

Deno.test("claimCards() shows dashes if there are too few values", async () => {
  const found = terms((await cards()).getElementById("claim-lag"));
  assertEquals(found.get("Estimate, n = 2"), "6.7 steps (no interval)");
  assertEquals(found.get("p, adjusted (Holm, of 2)"), "—");
  assertEquals(found.get("Smallest effect that n decides"), "—");
  assertEquals(found.get("Predicted"), "within 0.5 steps of 6.58 steps: The theory of gk.");
  assertEquals(found.get("p of equivalence, adjusted"), "—");
  assertEquals(found.get("p of a larger difference, adjusted"), "—");
});

Deno.test("claimCards() says why a declared claim was not measured", async () => {
  const document = await cards({ claims: [] });
  assertStringIncludes(textOf(document.body), "has measured no claims");
  assertEquals(
    textOf(document.getElementById("claim-long-sequences")),
    "– not measured The gradient vanishes over 1000 steps. Why: steps is 40.",
  );
});
