import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { longestParagraph, paragraphs } from "../../../src/data/text/paragraphs.ts";
import { chunks } from "./chunks.ts";
import { oddText } from "./odd_text.ts";

async function split(text: string, longest?: number, most = 1000, seed = 1): Promise<string[]> {
  return await Array.fromAsync(paragraphs(chunks(text, most, new Random(seed)), longest));
}

Deno.test("blank lines part paragraphs, whatever ends the lines", async () => {
  const wanted = ["one\ntwo", "three", "  four"];
  assertEquals(await split("\n \none\ntwo\n\nthree\n \t\n\n\n  four  \n\n"), wanted);
  const windows = await split("one\r\ntwo\r\n\r\nthree\r\n\r\n\r\n  four\r\n");
  assertEquals(windows.map((text) => text.replaceAll("\r\n", "\n")), wanted);
  assertEquals(await split(""), []);
  assertEquals(await split(" \n\n \n"), []);
  assertEquals(await split("word"), ["word"]);
});

Deno.test("where the pieces part makes no difference", async () => {
  const random = new Random(1);
  const text = oddText(8000, random) + "\n".padEnd(900) + "\n" + "x".repeat(700) +
    oddText(3000, random);
  for (const longest of [20, 100, 10_000]) {
    const whole = await split(text, longest, text.length + 1);
    for (const most of [1, 7, 1000]) assertEquals(await split(text, longest, most, most), whole);
  }
});

Deno.test("none is longer than it may be, and nothing but white space is lost", async () => {
  const text = oddText(200_000, new Random(3));
  const bare = (one: string): string => one.replace(/\s/g, "");
  for (const longest of [50, 1000]) {
    const parts = await split(text, longest);
    for (const part of parts) assert(part !== "" && part.length <= longest);
    assert(bare(parts.join("")) === bare(text));
  }
});

Deno.test("a blank line a little after the longest paragraph lets none be longer", async () => {
  const lengths = async (text: string) => (await split(text)).map((part) => part.length);
  assertEquals(await lengths("x".repeat(10_150) + "\n\ny"), [10_000, 150, 1]);
  assertEquals(await lengths("x".repeat(10_001) + "\n\n"), [10_000, 1]);
  // What is left out does not count.
  const longest = "x".repeat(longestParagraph);
  assertEquals(await split(`\n \n${longest}${" ".repeat(50)}\n\ny`), [longest, "y"]);
});

Deno.test("a line of 100,000 characters is cut between its words, or else its characters", async () => {
  const words = "whale ".repeat(16_667).trim();
  const parts = await split(words);
  assert(parts.length >= 10 && parts.every((part) => part.length <= longestParagraph));
  assertEquals(parts.join(" "), words);
  const emoji = await split("👍🏽".repeat(25_000));
  assertEquals(emoji.map((part) => part.length), Array(10).fill(10_000));
});

Deno.test("white space without end is read without being kept", async () => {
  const spaces = async function* () {
    for (let i = 0; i < 2000; i++) yield await Promise.resolve("\n  \t ".repeat(1000));
    yield "\nend";
  };
  assertEquals(await Array.fromAsync(paragraphs(spaces())), ["end"]);
});
