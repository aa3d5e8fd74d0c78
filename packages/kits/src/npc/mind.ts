import { headingOf, lineOfSight } from "@realmwright/core";
import type { Entity, EntityBase } from "@realmwright/core";
import type { KitRoom, PlacedDefinition } from "../kit-room.ts";
import { looksAbout, type Body } from "./body.ts";
import type { Mood, NpcDefinition } from "./fields.ts";
import type { Foes } from "./foes.ts";
import type { NpcOptions } from "./options.ts";
import type { Paths } from "./paths.ts";

/** Home is where it is this near to it. */
const homeArrival = 0.8;

/** One that made no way for so long is stuck. */
const stuckMs = 3000;

/** It hurries home. */
const returnHaste = 1.5;

/** Hate of one that was only seen. */
const sightThreat = 1;

type Options = NpcOptions<NpcDefinition, string>;
type Placed = Entity<PlacedDefinition>;

/**
 * What a creature decides, one thought at a time.
 *
 *     idle ──sees or is hurt──▶ chase ◀──▶ attack        any ──too far, no enemy left, no path──▶ return
 *      ▲                         │ ▲                      (from return nothing but home counts)
 *      │                   weak  ▼ │ over
 *      └──────── return ◀──────  flee
 */
export class Mind {
  readonly #room: KitRoom;
  readonly #options: Options;
  readonly #paths: Paths;
  readonly #foes: Foes;
  readonly #bodyOf: (entity: EntityBase) => Body | undefined;
  readonly #near: Placed[] = [];
  readonly #pack: Entity<NpcDefinition>[] = [];
  readonly #stuckTicks: number;

  constructor(
    room: KitRoom,
    options: Options,
    paths: Paths,
    foes: Foes,
    bodyOf: (entity: EntityBase) => Body | undefined,
  ) {
    this.#room = room;
    this.#options = options;
    this.#paths = paths;
    this.#foes = foes;
    this.#bodyOf = bodyOf;
    this.#stuckTicks = Math.ceil((stuckMs * room.tickRate) / 1000);
  }

  think(body: Body): void {
    switch (body.mood) {
      case "idle":
        this.#idle(body);
        return;
      case "chase":
        this.#chase(body);
        return;
      case "attack":
        this.#attack(body);
        return;
      case "flee":
        this.#flee(body);
        return;
      case "return":
        this.#return(body);
    }
  }

  /** Makes it hate somebody. On its way home it does nothing about it, and there it forgets. */
  provoke(body: Body, by: number, amount: number): void {
    body.threat.add(by, amount);
    if (body.mood !== "idle" || body.threat.count === 0) return;
    this.#turn(body, "chase");
    this.#callPack(body, by);
  }

  /** Gives up and goes home. */
  giveUp(body: Body): void {
    if (body.mood === "return") return;
    body.threat.clear();
    body.target = 0;
    this.#turn(body, "return");
  }

  /** Is at home at once: nobody is there to see it. */
  putHome(body: Body): void {
    if (body.mood === "idle") return;
    body.put(body.homeX, body.homeY);
    this.#arriveHome(body);
  }

  #idle(body: Body): void {
    const kind = body.kind!;
    const mayMeet = kind.aggroRadius > 0 && kind.aggroRadius >= body.solitude;
    if (mayMeet && looksAbout(body, this.#room.tick)) {
      const enemy = this.#nearestEnemy(body, kind.aggroRadius);
      if (enemy !== 0) {
        this.provoke(body, enemy, sightThreat);
        return;
      }
    }
    const { tick, random } = this.#room;
    if (body.stride > 0) {
      const dx = body.goalX - body.x;
      const dy = body.goalY - body.y;
      if (dx * dx + dy * dy > 0.04 && !this.#isStuck(body)) return;
      body.stand();
      body.until = tick + random.integer(kind.restTicksMin, kind.restTicksMax);
      return;
    }
    if (tick < body.until) return;
    if (this.#isAstray(body)) this.giveUp(body);
    else if (kind.strollSpeed > 0) this.#stroll(body);
  }

  /** Whether something has taken it away from where it strolls. */
  #isAstray(body: Body): boolean {
    const { x, y } = body;
    const area = this.#options.areas?.[body.area];
    if (area !== undefined) {
      const insideX = x >= area.x - 2 && x <= area.x + area.width + 2;
      if (insideX && y >= area.y - 2 && y <= area.y + area.height + 2) return false;
    }
    const dx = x - body.homeX;
    const dy = y - body.homeY;
    const ground = body.kind!.strollRadius * 1.5 + 2;
    return dx * dx + dy * dy > ground * ground;
  }

  /** Walks to some place of its area that lies straight ahead; finds none now and then, and rests on. */
  #stroll(body: Body): void {
    const { tick, random } = this.#room;
    const kind = body.kind!;
    const area = this.#options.areas?.[body.area];
    let x: number;
    let y: number;
    if (area !== undefined) {
      x = random.between(area.x, area.x + area.width);
      y = random.between(area.y, area.y + area.height);
    } else {
      x = body.homeX + random.between(-kind.strollRadius, kind.strollRadius);
      y = body.homeY + random.between(-kind.strollRadius, kind.strollRadius);
    }
    if (this.#paths.isClear(body, x, y)) {
      body.goalX = x;
      body.goalY = y;
      body.stride = kind.strollSpeed;
      this.#mark(body);
    } else {
      body.until = tick + kind.restTicksMin;
    }
  }

  #chase(body: Body): void {
    const entity = body.entity!;
    const kind = body.kind!;
    const { tick } = this.#room;
    const target = this.#chooseTarget(body);
    if (target === undefined || this.#isTooFar(body)) {
      this.giveUp(body);
      return;
    }
    if (!body.hasFled && kind.fleeBelow > 0) {
      const health = this.#options.health?.(entity) ?? 1;
      if (health <= kind.fleeBelow) {
        body.hasFled = true;
        body.until = tick + kind.fleeTicks;
        this.#turn(body, "flee");
        return;
      }
    }
    const { x, y } = target;
    const dx = x - body.x;
    const dy = y - body.y;
    const distance = Math.sqrt(dx * dx + dy * dy);
    if (distance <= kind.attackRange && this.#sees(body, x, y)) {
      body.stride = 0;
      body.forgetPath();
      this.#paths.cancel(body);
      this.#mark(body);
      if (distance > 0) {
        entity.heading = headingOf(dx, dy);
        body.faceX = 0;
        body.faceY = 0;
      }
      if (tick >= body.strikeAt && this.#canAct(body)) {
        body.until = tick + kind.windupTicks;
        this.#turn(body, "attack");
        if (kind.windupTicks === 0) this.#attack(body);
      }
      return;
    }
    // On a clear way it is held up by its own kind at most, and its turn will come.
    if (this.#paths.lead(body, x, y, kind.speed, tick)) this.#mark(body);
    else if (this.#isStuck(body)) this.giveUp(body);
  }

  #attack(body: Body): void {
    const entity = body.entity!;
    const kind = body.kind!;
    const { tick } = this.#room;
    if (!this.#canAct(body)) {
      this.#turn(body, "chase");
      return;
    }
    if (tick < body.until) return;
    body.strikeAt = tick + kind.cooldownTicks;
    this.#turn(body, "chase");
    const target = this.#enemy(body, body.target);
    if (target !== undefined) this.#options.attack?.(entity, target, kind.name);
  }

  #flee(body: Body): void {
    const kind = body.kind!;
    const from = this.#enemy(body, body.target);
    if (from === undefined || this.#room.tick >= body.until || this.#isTooFar(body)) {
      if (from === undefined || this.#isTooFar(body)) this.giveUp(body);
      else this.#turn(body, "chase");
      return;
    }
    const dx = body.x - from.x;
    const dy = body.y - from.y;
    const distance = Math.sqrt(dx * dx + dy * dy);
    if (distance === 0) return;
    body.goalX = body.x + (dx / distance) * 2;
    body.goalY = body.y + (dy / distance) * 2;
    body.stride = kind.speed;
  }

  #return(body: Body): void {
    const dx = body.homeX - body.x;
    const dy = body.homeY - body.y;
    if (dx * dx + dy * dy <= homeArrival * homeArrival) {
      this.#arriveHome(body);
      return;
    }
    if (this.#isStuck(body)) {
      this.putHome(body);
      return;
    }
    const stride = body.kind!.speed * returnHaste;
    this.#paths.lead(body, body.homeX, body.homeY, stride, this.#room.tick);
  }

  #arriveHome(body: Body): void {
    const entity = body.entity!;
    body.threat.clear();
    body.target = 0;
    body.hasFled = false;
    this.#turn(body, "idle");
    body.until = this.#room.tick + body.kind!.restTicksMin;
    this.#options.onReturn?.(entity);
  }

  #turn(body: Body, mood: Mood): void {
    body.mood = mood;
    body.entity!.mood = mood;
    this.#paths.cancel(body);
    body.stand();
    this.#mark(body);
  }

  /** The most hated enemy that may still be gone for; others are forgotten. */
  #chooseTarget(body: Body): Placed | undefined {
    for (;;) {
      const id = body.threat.top(body.target);
      body.target = id;
      if (id === 0) return undefined;
      const enemy = this.#enemy(body, id);
      if (enemy !== undefined && !this.#isBeyondLeash(body, enemy.x, enemy.y, 2)) return enemy;
      body.threat.remove(id);
    }
  }

  #enemy(body: Body, id: number): Placed | undefined {
    const { enemies, isEnemy } = this.#options;
    for (const type of enemies) {
      const other = this.#room.get(type, id);
      if (other === undefined) continue;
      return isEnemy === undefined || isEnemy(body.entity!, other) ? other : undefined;
    }
    return undefined;
  }

  /** Id of the nearest enemy in sight, 0 for none. Of equally near ones the lower id. */
  #nearestEnemy(body: Body, radius: number): number {
    const { isEnemy } = this.#options;
    const entity = body.entity!;
    const { x, y } = body;
    const count = this.#foes.about(x, y, radius, this.#near);
    let best = 0;
    let nearest = radius * radius;
    for (let i = 0; i < count; i++) {
      const other = this.#near[i]!;
      const otherX = other.x;
      const otherY = other.y;
      const dx = otherX - x;
      const dy = otherY - y;
      const distance = dx * dx + dy * dy;
      if (distance > nearest || (distance === nearest && best !== 0 && other.id > best)) continue;
      if (isEnemy !== undefined && !isEnemy(entity, other)) continue;
      if (this.#isBeyondLeash(body, otherX, otherY, 1)) continue;
      if (!this.#sees(body, otherX, otherY)) continue;
      best = other.id;
      nearest = distance;
    }
    return best;
  }

  #callPack(body: Body, by: number): void {
    const kind = body.kind!;
    if (kind.callRadius === 0) return;
    const { x, y } = body;
    const count = this.#room.near(this.#options.type, x, y, kind.callRadius, this.#pack);
    for (let i = 0; i < count; i++) {
      const other = this.#bodyOf(this.#pack[i]!);
      if (other === undefined || other === body || other.kind !== kind) continue;
      if (other.mood !== "idle") continue;
      // Those who are called do not call in their turn, or one blow would wake the whole forest.
      other.threat.add(by, sightThreat);
      this.#turn(other, "chase");
    }
  }

  #canAct(body: Body): boolean {
    const { speedFactor } = this.#options;
    return speedFactor === undefined || speedFactor(body.entity!) > 0;
  }

  #isTooFar(body: Body): boolean {
    return this.#isBeyondLeash(body, body.x, body.y, 1);
  }

  /** @param slack factor of the leash. */
  #isBeyondLeash(body: Body, x: number, y: number, slack: number): boolean {
    const dx = x - body.homeX;
    const dy = y - body.homeY;
    const leash = body.kind!.leashRadius * slack;
    return dx * dx + dy * dy > leash * leash;
  }

  #sees(body: Body, x: number, y: number): boolean {
    return lineOfSight(this.#options.sight ?? this.#options.grid, body.x, body.y, x, y);
  }

  #mark(body: Body): void {
    body.markX = body.x;
    body.markY = body.y;
    body.markTick = this.#room.tick;
  }

  #isStuck(body: Body): boolean {
    const dx = body.x - body.markX;
    const dy = body.y - body.markY;
    if (dx * dx + dy * dy > 0.25) {
      this.#mark(body);
      return false;
    }
    // One that is held by a spell is not stuck.
    if (!this.#canAct(body)) body.markTick = this.#room.tick;
    return this.#room.tick - body.markTick > this.#stuckTicks;
  }
}
