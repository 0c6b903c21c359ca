/** Thrown if standard output is closed. */
export class ClosedOutput extends Error {}

/**
 * Writes text to standard output, all of it.
 *
 * @throws {ClosedOutput} If the reader has closed it.
 */
export async function standardOutput(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new ClosedOutput();
    throw error;
  }
}
