import { assertEquals } from "@std/assert";
import { compareSite } from "../../tasks/compare_site.ts";

Deno.test("compareSite names files that are missing, extra or differ by a byte", async () => {
  const site = await Deno.makeTempDir({ prefix: "unroll-" });
  try {
    const files = new Map([
      ["index.html", "é"],
      ["gone.html", "g"],
      ["data/a.csv", "a"],
      ["data/b.csv", "b"],
      ["figures/folder.svg", "f"],
      ["machine/x/times.csv", "t"],
    ]);
    await Deno.mkdir(`${site}/data/more`, { recursive: true });
    await Deno.mkdir(`${site}/figures/folder.svg`, { recursive: true });
    await Deno.mkdir(`${site}/machine/x`, { recursive: true });
    await Deno.writeTextFile(`${site}/machine/x/times.csv`, "u");
    await Deno.writeTextFile(`${site}/machine/x/old.csv`, "o");
    await Deno.writeTextFile(`${site}/index.html`, "é");
    await Deno.writeTextFile(`${site}/CNAME`, "its owner's");
    await Deno.writeTextFile(`${site}/data/a.csv`, "a");
    await Deno.writeTextFile(`${site}/data/b.csv`, "c");
    await Deno.writeTextFile(`${site}/data/more/x.json`, "x");
    assertEquals(await compareSite(site, files), {
      missing: ["gone.html", "figures/folder.svg"],
      extra: ["data/more/x.json", "machine/x/old.csv"],
      differing: ["data/b.csv", "machine/x/times.csv"],
    });
    // Bytes that are no UTF-8 read as the same text as others.
    await Deno.writeFile(`${site}/data/b.csv`, Uint8Array.of(0xff));
    const { differing } = await compareSite(site, new Map([["data/b.csv", "\ufffd"]]));
    assertEquals(differing, ["data/b.csv"]);
  } finally {
    await Deno.remove(site, { recursive: true });
  }
});
