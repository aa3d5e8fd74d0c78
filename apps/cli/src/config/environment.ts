/** The environment's variables, as Node has them. */
export type Environment = Readonly<Record<string, string | undefined>>;
