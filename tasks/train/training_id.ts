import { sha256 } from "../../src/platform/sha256.ts";
import { stableStringify } from "../../src/core/json.ts";
import type { TextModelDescription } from "../../src/generation/text_model.ts";
import type { TrainSettings } from "./train_settings.ts";
import type { CorpusContent } from "./training_text.ts";

/**
 * What tells a training from others: the digest of the network, its tokens, its text, and its
 * settings. Epochs are left out, as a training may go on with more.
 */
export function trainingDigest(
  { config, tokenizer }: Pick<TextModelDescription, "config" | "tokenizer">,
  { epochs: _, ...settings }: TrainSettings,
  { sha256: text }: CorpusContent,
): string {
  return sha256(stableStringify({ config, tokenizer: tokenizer.toJson(), settings, text }));
}
