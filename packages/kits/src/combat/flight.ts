import { headingOf, raycast } from "@realmwright/core";
import type { Entity } from "@realmwright/core";
import type { CompiledAbility } from "./abilities.ts";
import type { Arena } from "./arena.ts";
import { Blast } from "./events.ts";
import type { Fighter, ProjectileDefinition } from "./fields.ts";
import { sweepHit } from "./sweep.ts";

type Projectile = Entity<ProjectileDefinition>;

/** What meets a wall ends this far before it, where a blast still has sight of the room. */
const wallGap = 0.05;

/**
 * Flying projectiles. Each tick a projectile is swept along its whole way against the walls and the bodies, so that
 * it cannot jump over one at any speed of its own. A body may step aside of it, but not through it, as long as in one
 * tick it moves less than its and the projectile's radius together.
 */
export class Flight {
  readonly #arena: Arena;
  readonly #type: ProjectileDefinition | undefined;
  /** Times of the hits of the projectile at hand, beside the list of bodies. */
  readonly #times: number[] = [];

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#type = arena.options.projectile;
    if (this.#type === undefined && arena.abilities.some(({ kind }) => kind === "projectile")) {
      throw new RangeError("an ability is a projectile: name the projectile's entity type");
    }
  }

  launch(by: Fighter, ability: CompiledAbility, dx: number, dy: number): void {
    const { room } = this.#arena;
    room.spawn(this.#type!, {
      team: by.team,
      x: by.x,
      y: by.y,
      ability: ability.index,
      heading: headingOf(dx, dy),
      by: by.id,
      velocityX: dx * ability.speed,
      velocityY: dy * ability.speed,
      until: room.tick + ability.lifetimeTicks,
    });
  }

  tick(): void {
    if (this.#type === undefined) return;
    const all = this.#arena.room.all(this.#type);
    // What is launched meanwhile flies from the next tick on.
    const count = all.length;
    for (let i = 0; i < count; i++) {
      const projectile = all[i]!;
      if (projectile.alive) this.#fly(projectile);
    }
  }

  #fly(projectile: Projectile): void {
    const { abilities, options, room } = this.#arena;
    const ability = abilities[projectile.ability];
    if (ability === undefined) {
      room.despawn(projectile);
      return;
    }
    const { x, y, velocityX, velocityY } = projectile;
    const stride = Math.sqrt(velocityX * velocityX + velocityY * velocityY);
    const free = raycast(options.sight, x, y, velocityX, velocityY, stride + wallGap) - wallGap;
    const part = free < stride ? Math.max(0, free) / stride : 1;
    const stop = this.#meetBodies(projectile, ability, x, y, velocityX * part, velocityY * part);
    projectile.x = x + velocityX * part * Math.min(stop, 1);
    projectile.y = y + velocityY * part * Math.min(stop, 1);
    if (stop <= 1 || part < 1 || room.tick + 1 >= projectile.until) {
      this.#end(projectile, ability);
    }
  }

  /** Strikes the bodies on the way in their order. Returns the part of the way after which one stopped it. */
  #meetBodies(
    projectile: Projectile,
    ability: CompiledAbility,
    x: number,
    y: number,
    dx: number,
    dy: number,
  ): number {
    const { reach } = this.#arena;
    const half = Math.sqrt(dx * dx + dy * dy) / 2;
    const bodies = reach.about(x + dx / 2, y + dy / 2, half + ability.radius);
    const by = reach.byId(projectile.by);
    let count = 0;
    for (const body of bodies) {
      if (!this.#arena.reaches(ability, by ?? projectile, projectile.by, body)) continue;
      if (body.id === projectile.by || projectile.struck.includes(body.id)) continue;
      const radius = ability.radius + body.bodyRadius;
      const time = sweepHit(x, y, x + dx, y + dy, body.x, body.y, radius);
      if (time === Infinity) continue;
      // Kept in the order of the hits, by insertion: there are seldom more than two.
      let at = count++;
      for (; at > 0 && isLater(this.#times[at - 1]!, bodies[at - 1]!, time, body); at--) {
        this.#times[at] = this.#times[at - 1]!;
        bodies[at] = bodies[at - 1]!;
      }
      this.#times[at] = time;
      bodies[at] = body;
    }
    let stop = Infinity;
    for (let i = 0; i < count && stop === Infinity; i++) {
      const body = bodies[i]!;
      if (ability.splash === 0) this.#arena.strike(ability, projectile.by, by, body);
      if (projectile.struck.length >= ability.pierce) stop = this.#times[i]!;
      else projectile.struck = [...projectile.struck, body.id];
    }
    reach.giveBack(bodies);
    return stop;
  }

  #end(projectile: Projectile, ability: CompiledAbility): void {
    const { reach, room } = this.#arena;
    room.despawn(projectile);
    if (ability.splash === 0) return;
    const { x, y, by } = projectile;
    const blast = { by, ability: ability.index, x, y, radius: ability.splash };
    room.emit(Blast, blast, { near: { x, y } });
    const maker = reach.byId(by);
    const bodies = reach.inDisc(x, y, ability.splash);
    for (const body of bodies) {
      if (this.#arena.reaches(ability, maker ?? projectile, by, body)) {
        this.#arena.strike(ability, by, maker, body);
      }
    }
    reach.giveBack(bodies);
  }
}

function isLater(time: number, body: Fighter, otherTime: number, other: Fighter): boolean {
  return time > otherTime || (time === otherTime && body.id > other.id);
}
