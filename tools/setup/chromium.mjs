import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * The browser for tests: what the variable CHROMIUM names, else the first in the usual places.
 *
 * @returns {string | undefined} path of the binary
 */
export function findChromium() {
  const named = process.env["CHROMIUM"];
  if (named === undefined || named === "") return places.find((place) => existsSync(place));
  if (!existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist.`);
  return named;
}

/**
 * Finds the browser or, on a Debian machine as root, installs it.
 *
 * @returns {string | undefined} none when a person has to install it
 */
export function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    return undefined;
  }
  console.log(
    "Browser tests need Chromium: installing the Debian package `chromium` with apt-get ...",
  );
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "chromium"]]) {
    const { status } = spawnSync("apt-get", ["-q", ...args], {
      stdio: ["ignore", "inherit", "inherit"],
      env,
    });
    if (status !== 0)
      throw new Error(`apt-get ${args.join(" ")} failed; its own message stands above.`);
  }
  return findChromium();
}

export const chromiumAdvice =
  "Browser tests need Chromium or Google Chrome: install one " +
  "(on Debian and Ubuntu: apt-get install chromium), or set CHROMIUM to its path.";
