/**
 * Injects a fault into a file operation of a task, and writes the names of all operations to a
 * file. The module is loaded before the task (`--preload`), with the options after the `#` of its
 * address. Workers of the task load it, too.
 *
 * @module
 */
import { type Fault, watchFiles } from "./file_operations.ts";

interface Settings {
  readonly below: string;
  readonly fault: Fault | null;
  /** The file to which the operations are written, one per line. */
  readonly log: string;
}

const settings: Settings = JSON.parse(decodeURIComponent(new URL(import.meta.url).hash.slice(1)));
const log = Deno.openSync(settings.log, { append: true, create: true });

/** Returns a module that loads this one before another. */
function withPreload(url: string | URL): string {
  const path = `${settings.log}-${crypto.randomUUID()}.ts`;
  // The imports are not awaited, so that the module receives its first message as without this one.
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
