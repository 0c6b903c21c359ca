import { assert, assertEquals } from "@std/assert";
import { filesBelow } from "../../tasks/cli/files.ts";
import { listedIn, testsOf, wrongInList } from "../../tools/slow.ts";

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="3" failures="0" errors="0" time="41.0">
    <testsuite name="./tests/a_test.ts" tests="2" disabled="0" errors="0" failures="0">
        <testcase name="a &lt; b &amp; c" classname="./tests/a_test.ts" time="12.500" line="1" col="6">
        </testcase>
        <testcase name="a &lt; b &amp; c &gt; a step" classname="./tests/a_test.ts" time="11.000" line="2" col="6">
        </testcase>
        <testcase name="quick &gt; quicker" classname="./tests/a_test.ts" time="0.001" line="3" col="6">
        </testcase>
    </testsuite>
    <testsuite name="./tests/b_test.ts" tests="1" disabled="0" errors="0" failures="0">
        <testcase name="it&apos;s &quot;slow&quot;" classname="./tests/b_test.ts" time="28.000" line="4" col="6">
        </testcase>
    </testsuite>
</testsuites>`;

const tests = [
  { name: "a < b & c", seconds: 12.5 },
  { name: "quick > quicker", seconds: 0.001 },
  { name: `it's "slow"`, seconds: 28 },
];

Deno.test("testsOf() gives tests without their steps, and their names as they are", () => {
  assertEquals(testsOf(report), tests);
});

const list = `# A page

| not     | this |
| ------- | ---- |
| a table | at all |

<!-- slow tests -->

| test            | why       |
| --------------- | --------- |
| a < b & c       | it waits  |
| quick > quicker | it may be |

<!-- end -->
`;

Deno.test("listedIn() reads the first column of the table between the comments", () => {
  assertEquals(listedIn(list), ["a < b & c", "quick > quicker"]);
  assertEquals(listedIn("none"), []);
});

Deno.test("wrongInList() names slow tests that are not listed, and listed tests that are not there", () => {
  assertEquals(wrongInList(tests, [...listedIn(list), "gone"]), [
    `not listed: it's "slow" (28 s)`,
    "no such test: gone",
  ]);
  assertEquals(wrongInList(tests, ["a < b & c", `it's "slow"`]), []);
});

Deno.test("CONTRIBUTING.md lists tests that exist", async () => {
  const root = new URL("../../", import.meta.url);
  const listed = listedIn(await Deno.readTextFile(new URL("CONTRIBUTING.md", root)));
  assert(listed.length > 0);
  const folder = new URL("tests/", root);
  const sources = await Promise.all(
    (await filesBelow(folder)).filter((path) => path.endsWith("_test.ts"))
      .map((path) => Deno.readTextFile(new URL(path, folder))),
  );
  // forEachBackend() and testOn() add the backend to the name.
  const missing = listed.filter((name) => {
    const literal = `"${name.replace(/ \[(cpu|wasm|webgpu)\]$/, "")}"`;
    return !sources.some((text) => text.includes(literal));
  });
  assertEquals(missing, []);
});
