/** How this command is called where it runs, and the game that examples speak of: none is the folder that one is in. */
export interface Invocation {
  /** What stands before the command's name and its options. */
  readonly command: string;
  readonly game: string;
}

/** Run from source it is a clone, whose games lie in `games`; else it is installed in a project that is a game. */
export function invocation(source: string = import.meta.url): Invocation {
  return source.endsWith(".ts")
    ? { command: "npm run realmwright --", game: "games/realm" }
    : { command: "npx realmwright", game: "" };
}
