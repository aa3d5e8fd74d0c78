import type { Sprite, Texture } from "pixi.js";

/** Gives a sprite a texture and puts the texture's pivot at the sprite's place. */
export function setPicture(sprite: Sprite, texture: Texture): void {
  if (sprite.texture === texture) return;
  sprite.texture = texture;
  const { defaultAnchor } = texture;
  sprite.anchor.set(defaultAnchor?.x ?? 0, defaultAnchor?.y ?? 0);
}
