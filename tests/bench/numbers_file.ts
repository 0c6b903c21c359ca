import type { Tensor } from "./data.ts";

/** Has the numbers of tensors in a file for the peers, as long as some work with it lasts. */
export async function withNumbers<T>(
  drawn: readonly Tensor[],
  work: (file: string) => Promise<T>,
): Promise<T> {
  const file = await Deno.makeTempFile({ prefix: "unroll-bench-" });
  try {
    for (const { values: { buffer, byteOffset, byteLength } } of drawn) {
      await Deno.writeFile(file, new Uint8Array(buffer, byteOffset, byteLength), { append: true });
    }
    return await work(file);
  } finally {
    await Deno.remove(file);
  }
}
