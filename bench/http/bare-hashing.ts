import { argon2, randomBytes } from "node:crypto";
import { settings } from "../load/desk.ts";

/* Argon2id by itself, at the cost at which passwords are kept and four at a time, as a server does it: prints how many a second. */

const { seconds } = settings<{ seconds: number }>();
const atOnce = 4;
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
let done = 0;

function hash(): Promise<void> {
  const message = "correct horse battery staple";
  return new Promise((resolve, reject) => {
    argon2("argon2id", { message, nonce: randomBytes(16), ...parameters }, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

async function hashFor(ms: number): Promise<number> {
  const beganMs = performance.now();
  done = 0;
  const hashOn = async (): Promise<void> => {
    while (performance.now() - beganMs < ms) {
      await hash();
      done++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, () => hashOn()));
  return (done * 1_000) / (performance.now() - beganMs);
}

await hashFor(500);
process.stdout.write(`${JSON.stringify({ perSecond: await hashFor(seconds * 1_000) })}\n`);
