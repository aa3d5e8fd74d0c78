import { expectTypeOf, test } from "vitest";
import type { AnyRoom, Client, ClientRoom, Confirm, Profile, SeenEntity } from "./index.ts";
import { type Glade, Move, Poke, Poked, Post, Walker } from "./testing/glade.ts";

type GladeRoom = ClientRoom<Glade["rooms"]["glade"]>;

test("rooms, inputs, events, entities and documents are those of the game", () => {
  // compiled, never run
  const use = async (client: Client<Glade>): Promise<void> => {
    const room = await client.join("glade", { hat: 3 });
    expectTypeOf(room).toEqualTypeOf<GladeRoom>();
    expectTypeOf(room.send(Poke, { target: 1 })).toEqualTypeOf<Promise<Confirm>>();
    room.input(Move, { dx: 0, dy: 1 });
    room.on(Poked, (poked) => expectTypeOf(poked).toEqualTypeOf<{ by: number; times: number }>());
    room.onEnter(Walker, (walker) => {
      expectTypeOf(walker.mood).toEqualTypeOf<"calm" | "angry">();
      expectTypeOf(walker.type).toEqualTypeOf<"walker">();
      expectTypeOf(room.view(walker)).toEqualTypeOf<SeenEntity<typeof Walker>>();
      // @ts-expect-error what is seen is not written
      walker.x = 5;
    });
    expectTypeOf(room.all(Post)).toEqualTypeOf<readonly SeenEntity<typeof Post>[]>();
    expectTypeOf(room.document.shared).toEqualTypeOf<{ pokes: number; log: string[] }>();
    const { self } = room;
    if (self?.type === "walker") expectTypeOf(self.hp).toBeNumber();
    expectTypeOf(room.own(Walker)?.name).toEqualTypeOf<string | undefined>();

    // @ts-expect-error no such room
    await client.join("attic");
    // @ts-expect-error no such option
    await client.join("glade", { shoes: 2 });
    // @ts-expect-error the values are those of another input
    await room.send(Poke, { dx: 1 });
    // @ts-expect-error an event is no input
    room.input(Poked, { by: 1, times: 1 });
    // @ts-expect-error an input is no event
    room.on(Move, () => undefined);

    client.onRoom((any) => {
      expectTypeOf(any).toEqualTypeOf<ClientRoom<AnyRoom<Glade>>>();
      any.onEnter(Walker, ({ hp }) => expectTypeOf(hp).toBeNumber());
      any.input(Move, { dx: 0, dy: 0 });
    });
  };
  expectTypeOf(use).toBeFunction();
});

test("operations have their inputs and answers", () => {
  // compiled, never run
  const use = async (client: Client<Glade>): Promise<void> => {
    const me = await client.call("accounts.me", {});
    expectTypeOf(me.createdMs).toBeNumber();
    expectTypeOf(client.auth.profile).toEqualTypeOf<Profile | undefined>();
    const slot = { owner: "me", collection: "saves", key: "one" };
    const { value } = await client.call("objects.read", slot);
    expectTypeOf(value).toEqualTypeOf<Readonly<Record<string, unknown>>>();
    expectTypeOf(await client.rpc("buy")).toBeUnknown();
    // @ts-expect-error no such operation
    await client.call("accounts.steal", {});
    // @ts-expect-error no such member
    await client.call("accounts.me", { account: "x" });
    // @ts-expect-error a member is missing
    await client.call("objects.write", slot);
  };
  expectTypeOf(use).toBeFunction();
});
