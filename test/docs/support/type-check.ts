import { writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../../tidy/repository.ts";
import { node } from "./child.ts";

const tsc = path.join(root, "node_modules/typescript/bin/tsc");

/**
 * What the compiler says against the files of a folder under the settings of the repository's games. `npm run check` is
 * who looks at the packages that they import: errors in those are no errors of a page.
 */
export async function complaints(folder: string): Promise<readonly string[]> {
  const config = {
    extends: path.join(root, "tsconfig.games.json"),
    compilerOptions: { incremental: false },
    include: ["**/*.ts"],
    references: [],
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
  const check = node([tsc, "-p", ".", "--pretty", "false"], folder);
  const code = await check.ended;
  let isElsewhere = false;
  const own = check.output.filter((line) => {
    if (!line.startsWith(" ")) isElsewhere = /^(\.\.\/)+[^(]*packages\/[^(]+\(/.test(line);
    return !isElsewhere;
  });
  if (code !== 0 && check.output.length === 0) throw new Error(`the compiler ended with ${code}`);
  return own;
}
