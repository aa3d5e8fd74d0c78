const trap = (): never => {
  throw new Error("trap");
};

/** Its message can be read so many times, and then throws. */
function tiring(reads: number): Error {
  const get = (): string => (reads-- > 0 ? "tired" : trap());
  return Object.defineProperty(new Error("x"), "message", { get });
}

function trapped(key: string): Error {
  return Object.defineProperty(new Error("x"), key, { get: trap, enumerable: true });
}

function chain(length: number, last: Error): Error {
  return length === 0 ? last : new Error(`cause ${length}`, { cause: chain(length - 1, last) });
}

function own(): Error {
  const error = new Error("own");
  return Object.assign(error, { cause: error, errors: [error, error] });
}

/** What game code may throw to bring down more than its room: most of it throws when it is looked at. */
export const hostileValues: Readonly<Record<string, () => unknown>> = {
  "an object whose message throws and that has a text": () => ({
    get message(): string {
      return trap();
    },
    toJSON: () => 1,
  }),
  "an error whose constructor throws": () => trapped("constructor"),
  "an error whose stack throws": () => trapped("stack"),
  "an error whose cause throws": () => trapped("cause"),
  "an error whose name throws": () => trapped("name"),
  "an error with a field that throws": () => trapped("field"),
  "inner errors whose message throws": () => new AggregateError([trapped("message")], "several"),
  "inner errors that throw": () => Object.assign(new Error("x"), { errors: [trapped("errors")] }),
  "nine causes, the last of which throws": () => chain(9, trapped("message")),
  "an error whose message throws from the second time": () => tiring(1),
  "an error whose message throws from the third time": () => tiring(2),
  "an error whose message throws from the fourth time": () => tiring(3),
  "an error that is its own cause": own,
  "an object whose text throws": () => ({ toJSON: trap, toString: trap }),
  "a proxy that traps everything": () =>
    new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap, has: trap }),
  "a proxy that is over": () => {
    const { proxy, revoke } = Proxy.revocable(new Error("x"), {});
    revoke();
    return proxy;
  },
  "errors that are a proxy that is over": () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    return Object.assign(new Error("x"), { errors: proxy });
  },
  "a message that is no text": () => Object.assign(new Error("x"), { message: { toString: trap } }),
};
