/**
 * Is loaded before a task (`--preload`), with what to watch after the `#` of its own address: lets a
 * file operation of the task go wrong, and writes all of them to a file. Workers of the task load it,
 * too.
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

/** A module that loads this one before another. */
function withPreload(url: string | URL): string {
  const path = `${settings.log}-${crypto.randomUUID()}.ts`;
  // Imported and not awaited, so that the module hears its first message as it would alone.
  const lines = [import.meta.url, String(url)].map((from) => `import ${JSON.stringify(from)};\n`);
  Deno.writeTextFileSync(path, lines.join(""));
  return `file://${path}`;
}

globalThis.Worker = class extends globalThis.Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(String(url).startsWith("file:") ? withPreload(url) : url, options);
  }
};

watchFiles({
  ...settings,
  onOperation: (operation) => log.writeSync(new TextEncoder().encode(`${operation}\n`)),
  die() {
    Deno.kill(Deno.pid, "SIGKILL");
    return new Promise<never>(() => {});
  },
});
