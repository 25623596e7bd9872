import { seeded } from "../seeded.ts";
import type { CommentPacks } from "./packs.ts";

export type Labelled = { text: string; sentiment: "positive" | "neutral" | "negative" };

/** Texts of one to three sentences made from the frames of `talk.yaml`, `perFrame` of each frame's own. */
export function ownText(talk: CommentPacks["talk"], perFrame: number, seed: number): Labelled[] {
  const chance = seeded(seed);
  const out: Labelled[] = [];
  for (const sentiment of ["neutral", "positive", "negative"] as const) {
    const frames = talk[sentiment];
    for (const frame of frames) {
      for (let i = 0; i < perFrame; i++) {
        const sentences = [filled(frame, talk.classes, chance)];
        const more = Math.floor(chance() * 3);
        for (let k = 0; k < more; k++) sentences.push(filled(pick(frames, chance), talk.classes, chance));
        out.push({ text: sentences.join(pick(["，", "。", " ", "，", "！"], chance)), sentiment });
      }
    }
  }
  return out;
}

function filled(frame: string, classes: Record<string, string[]>, chance: () => number): string {
  const chosen = frame.replaceAll(/\(([^()]*)\)/g, (_, choices: string) => pick(choices.split("|"), chance));
  return chosen.replaceAll(/<(\w+)>/g, (_, name: string) => pick(classes[name] ?? [""], chance));
}

function pick<T>(from: readonly T[], chance: () => number): T {
  return from[Math.floor(chance() * from.length)]!;
}
