import { assert, assertEquals } from "@std/assert";
import { labelWidth, labelWidths } from "../../../src/report/figure/chart_axes.ts";

Deno.test("labelWidths() measures each label with the digits that the others need", () => {
  const axis = { label: "share", scale: "linear" } as const;
  const [last = 0] = labelWidths([0.001], axis);
  const widths = labelWidths([0.0005, 0.00075, 0.001], axis);
  assertEquals(widths.length, 3);
  assert((widths.at(-1) ?? 0) > last);
  assertEquals(labelWidth([0.0005, 0.00075, 0.001], axis), Math.max(...widths));
});
