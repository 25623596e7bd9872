// A koloop with Telegram in a process of its own, to be killed: it polls whatever TELEGRAM_API_ROOT names, and says "ready" once it runs.
import { readConfig } from "../../dist/bot/config.js";
import { createKoloop } from "../../dist/bot/main.js";

const koloop = await createKoloop(readConfig(process.env), {
  web: false,
  pace: { firstWaitMs: 20 },
  extract: (turns) => {
    const turn = turns.length - 1;
    const cue = { tag: "pet_family", quote: turns[turn].text, turn, score: 0.9, evidence: [] };
    return { cues: [cue], retractions: [] };
  },
});
await koloop.start();
process.stdout.write("ready\n");
