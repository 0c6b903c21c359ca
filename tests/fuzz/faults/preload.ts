/**
 * Is loaded before a task (`--preload`), with what to watch after the `#` of its own address: lets a
 * file operation of the task go wrong, and writes all of them to a file.
 *
 * @module
 */
import { type Fault, watchFiles } from "./file_operations.ts";

interface Settings {
  readonly below: string;
  readonly fault: Fault | null;
  /** Where the operations are written, one a line. */
  readonly log: string;
}

const settings: Settings = JSON.parse(decodeURIComponent(new URL(import.meta.url).hash.slice(1)));
const log = Deno.openSync(settings.log, { append: true, create: true });

watchFiles({
  ...settings,
  onOperation: (operation) => log.writeSync(new TextEncoder().encode(`${operation}\n`)),
  die() {
    Deno.kill(Deno.pid, "SIGKILL");
    return new Promise<never>(() => {});
  },
});
