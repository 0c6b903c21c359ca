import { type Browser, chromium } from "playwright-core";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * The path of a Chromium, from the variable `CHROMIUM` or a usual folder; `null` if there is none.
 */
export async function findChromium(): Promise<string | null> {
  const named = Deno.env.get("CHROMIUM");
  for (const path of named === undefined ? places : [named]) {
    if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
  }
  return null;
}

/** Starts a browser that makes no requests of its own. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}
