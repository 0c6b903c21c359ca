import { assert, assertEquals } from "@std/assert";
import type { RuleLayer } from "../../../../src/result/marks.ts";
import { overlap } from "../../../../src/report/figure/geometry/place.ts";
import { placeRuleLabels } from "../../../../src/report/figure/geometry/labels.ts";
import { makeScale } from "../../../../src/report/figure/geometry/scale.ts";

const scale = makeScale("linear", [0, 10], [7, 293]);
const rule = (value: number, label: string, axis: "x" | "y" = "x"): RuleLayer => ({
  mark: "rule",
  axis,
  value,
  label,
});

Deno.test("placeRuleLabels() needs no space without rules on x", () => {
  const rules = [rule(1, "on y", "y"), rule(11, "outside")];
  assertEquals(placeRuleLabels(rules, scale, 300), { height: 0, labels: [] });
});

Deno.test("placeRuleLabels() puts labels that fit into one line, right of their rules, or left of them at the edge", () => {
  const { height, labels } = placeRuleLabels([rule(1, "one"), rule(10, "ten")], scale, 300);
  assertEquals(height, 18);
  const [one, ten] = labels;
  assert(one && ten);
  assert(one.box.x > one.at);
  assert(ten.box.x + ten.box.width < ten.at);
});

Deno.test("placeRuleLabels() puts no label on another label or on a rule", () => {
  const names = ["no difference", "expected from theory", "limit", "chance"];
  const rules = names.map((name, i) => rule([1, 1.5, 6, 6.2][i] ?? 0, name));
  const { height, labels } = placeRuleLabels(rules, scale, 300);
  assertEquals(labels.map(({ text }) => text), names);
  for (const label of labels) {
    assert(label.box.x >= 0 && label.box.x + label.box.width <= 300);
    assert(label.box.y + label.box.height < height);
    for (const other of labels.filter((one) => one !== label)) {
      assertEquals(overlap(label.box, other.box), false);
      const below = other.box.y >= label.box.y;
      const through = label.at > other.box.x && label.at < other.box.x + other.box.width;
      assertEquals(below && through, false, `${label.text} through ${other.text}`);
    }
  }
});

Deno.test("placeRuleLabels() places the labels of all rules that lie close together", () => {
  const near = makeScale("linear", [-0.1, 0.1], [7, 193]);
  const names = ["no difference", "smallest difference below", "smallest difference above"];
  for (const [place, distance] of [[0, 0.01], [-0.05, 0.01], [0.08, 0.01], [0, 0.002]] as const) {
    const values = [place, place - distance, place + distance];
    const rules = names.map((name, i) => rule(values[i] ?? 0, name));
    const { labels } = placeRuleLabels(rules, near, 200);
    assertEquals(new Set(labels.map((label) => label.rule)), new Set(rules));
    for (const label of labels) {
      for (const other of labels.filter((one) => one !== label)) {
        assertEquals(overlap(label.box, other.box), false);
      }
    }
  }
});
