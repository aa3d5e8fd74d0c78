import { bots, type BotTurn } from "realmwright/testing";
import type { ClientRoom, SeenEntity } from "realmwright/client";
import type game from "./server.ts";
import { Attack, looks, Monster, Move, Player, Shoot } from "./shared.ts";

type Zone = ClientRoom<(typeof game)["rooms"]["town"]>;

/** What a bot is about. */
interface Wanderer {
  dx: number;
  dy: number;
  /** It walks on like this until then. */
  untilMs: number;
  /** It says nothing before then; undefined until it has looked about. */
  quietUntilMs: number | undefined;
  /** What was said in its room of late; undefined until it listens. */
  heard: string[] | undefined;
  /** Somebody has spoken since its last turn. */
  isListening: boolean;
  /** Where it was at its last turn, to see that it has run into something. */
  x: number;
  y: number;
  /** It shoots rather than fights hand to hand. */
  readonly isArcher: boolean;
}

const names = [
  "Alda",
  "Brec",
  "Cora",
  "Dorn",
  "Esme",
  "Finn",
  "Gwen",
  "Hale",
  "Isla",
  "Jory",
  "Kest",
  "Lune",
];
/** What there is to say in a place. */
const lines: Readonly<Record<string, readonly string[]>> = {
  town: [
    "Lovely day for a walk.",
    "The merchant drives a hard bargain.",
    "Who comes along into the forest?",
    "I could use a rest by the fountain.",
    "My sword wants sharpening.",
    "Has the smith opened yet?",
    "They say the troll is awake again.",
    "Fresh bread! Can you smell it?",
    "I have walked in circles all morning.",
    "Watch your purse at the market.",
    "Another potion, and I am off.",
  ],
  forest: [
    "Has anyone seen the troll?",
    "Careful, there are wolves about.",
    "Something rustles over there.",
    "These slimes never end.",
    "Keep together, it gets dark between the trees.",
    "Who heals me?",
    "That one was close!",
    "I lost the path again.",
    "Leave me some coins, will you?",
    "The ghosts do not like arrows.",
    "Back to town after this one.",
  ],
};
/** A line is not said again while one remembers so many after it. */
const remembered = 6;

/** Half of them stroll about the town, the others hunt in the forest. */
export default bots<typeof game>()<Wanderer>({
  name: (index) => `${names[index % names.length]!}${index < names.length ? "" : ` ${index}`}`,
  room: (index) => (index % 2 === 0 ? "town" : "forest"),
  options: (index) => ({ look: looks[index % looks.length]! }),
  remember: (index) => ({
    dx: 0,
    dy: 0,
    untilMs: 0,
    quietUntilMs: undefined,
    heard: undefined,
    isListening: false,
    x: 0,
    y: 0,
    isArcher: index % 3 === 0,
  }),
  act(room, turn) {
    const self = me(room);
    if (self === undefined || self.hp === 0) return;
    const prey = nearestMonster(room, self, turn.memory.isArcher ? 9 : 7);
    if (prey === undefined) stroll(self, turn);
    else hunt(room, self, prey, turn);
    room.input(Move, { dx: turn.memory.dx, dy: turn.memory.dy });
    chatter(room, turn);
  },
});

function me(room: Zone): SeenEntity<typeof Player> | undefined {
  const { self } = room;
  return self === undefined ? undefined : room.get(Player, self.id);
}

function nearestMonster(
  room: Zone,
  self: SeenEntity<typeof Player>,
  reach: number,
): SeenEntity<typeof Monster> | undefined {
  let nearest: SeenEntity<typeof Monster> | undefined;
  let least = reach * reach;
  for (const monster of room.all(Monster)) {
    const distance = (monster.x - self.x) ** 2 + (monster.y - self.y) ** 2;
    if (monster.hp === 0 || distance >= least) continue;
    nearest = monster;
    least = distance;
  }
  return nearest;
}

/** Walks on in a direction for a while, stands, and turns where something is in the way. */
function stroll(self: SeenEntity<typeof Player>, turn: BotTurn<Wanderer>): void {
  const { memory, random, nowMs } = turn;
  const walks = memory.dx !== 0 || memory.dy !== 0;
  const isStuck = walks && (self.x - memory.x) ** 2 + (self.y - memory.y) ** 2 < 0.0025;
  memory.x = self.x;
  memory.y = self.y;
  if (nowMs < memory.untilMs && !isStuck) return;
  memory.untilMs = nowMs + random.between(600, 3_000);
  if (random.chance(0.25)) {
    memory.dx = 0;
    memory.dy = 0;
    return;
  }
  const dx = random.between(-1, 1);
  const dy = random.between(-1, 1);
  const length = Math.max(0.01, Math.hypot(dx, dy));
  memory.dx = dx / length;
  memory.dy = dy / length;
}

function hunt(
  room: Zone,
  self: SeenEntity<typeof Player>,
  prey: SeenEntity<typeof Monster>,
  { memory, random }: BotTurn<Wanderer>,
): void {
  const away = Math.max(0.01, Math.hypot(prey.x - self.x, prey.y - self.y));
  const dx = (prey.x - self.x) / away;
  const dy = (prey.y - self.y) / away;
  const near = memory.isArcher ? 5 : 1;
  memory.dx = away > near ? dx : 0;
  memory.dy = away > near ? dy : 0;
  // Not at every turn: a player's finger is no metronome.
  if (!random.chance(0.4)) return;
  if (memory.isArcher) void room.send(Shoot, { dx, dy });
  else if (away < 1.6) void room.send(Attack, { dx, dy });
}

/** Everyone speaks at times of one's own, lets others finish, and says nothing that was said of late. */
function chatter(room: Zone, { memory, random, nowMs }: BotTurn<Wanderer>): void {
  if (memory.heard === undefined) {
    const heard: string[] = [];
    memory.heard = heard;
    room.onChat(({ text }) => {
      heard.push(text);
      memory.isListening = true;
      if (heard.length > remembered) heard.shift();
    });
  }
  memory.quietUntilMs ??= nowMs + random.between(4_000, 60_000);
  if (memory.isListening) {
    memory.isListening = false;
    memory.quietUntilMs = Math.max(memory.quietUntilMs, nowMs + random.between(2_000, 6_000));
  }
  if (nowMs < memory.quietUntilMs) return;
  memory.quietUntilMs = nowMs + random.between(30_000, 90_000);
  const { heard } = memory;
  room.chat(
    random.pick((lines[room.name] ?? ["Well met."]).filter((line) => !heard.includes(line))),
  );
}
