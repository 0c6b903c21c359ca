import { assertEquals } from "@std/assert";
import { joinSequences } from "../../../src/data/text/encoded.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { suggestedPrompt } from "../../../tasks/train/suggested_prompt.ts";

async function promptOf(
  kind: "words" | "characters",
  documents: readonly string[],
  known: readonly string[] = documents,
): Promise<string | null> {
  const tokenizer = await Tokenizer.build(known, { kind });
  const training = joinSequences(documents.map((text) => tokenizer.encodeDocument(text)));
  return suggestedPrompt({ tokenizer, training });
}

Deno.test("a prompt is the beginning of a document, in whole words where there are any", async () => {
  const prompts: readonly (readonly ["words" | "characters", string, string])[] = [
    ["words", "The whale, the ship and more.", "the whale the"],
    ["words", "Whale.", "whale."],
    ["characters", "The whale, the ship", "The whale,"],
    ["characters", "Moby-Dickensian", "Moby-Dickens"],
    ["characters", "吾輩は猫である。名前はまだ無い。", "吾輩は猫である。名前はま"],
    ["characters", "a,b\n1,2", "a,b"],
    ["characters", "It's\x1b[2J", "It's"],
    ["characters", "short", "short"],
  ];
  for (const [kind, text, wanted] of prompts) assertEquals(await promptOf(kind, [text]), wanted);
});

Deno.test("a document that begins with what cannot be typed is passed over", async () => {
  assertEquals(await promptOf("characters", ["\x07bell", "-", "next"]), "next");
  assertEquals(await promptOf("words", ["new old", "old"], ["old"]), "old");
  assertEquals(await promptOf("words", ["new"], ["old"]), null);
});
