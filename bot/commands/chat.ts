import { createTerminalChannel } from "../channels/terminal/channel.ts";
import { openTerminal } from "../channels/terminal/client.ts";
import { environmentWithFile, readConfig } from "../config.ts";
import { newId } from "../ids.ts";
import { createKoloop } from "../main.ts";

/** `koloop chat --as PERSON`: talks with koloop as that person until the input ends. 1 where there is no such person. */
export async function runChat(personId: string): Promise<0 | 1> {
  const config = readConfig({ KOLOOP_LOG_LEVEL: "warn", ...environmentWithFile() });
  const terminal = openTerminal(process.stdin, process.stdout);
  const channel = createTerminalChannel({ terminal, personId, now: Date.now, newId });
  const koloop = await createKoloop(config, { web: false, channels: [channel] });
  const person = await koloop.store.read((tx) => tx.people.find(personId));
  if (!person) {
    process.stderr.write(
      `没有这个人 / there is no such person: ${personId}. Use an id such as M01, as in people.csv.\n`,
    );
    await koloop.stop();
    return 1;
  }
  await koloop.store.transaction(async (tx) => {
    if (await tx.people.identity(channel.name, personId)) return;
    const now = Date.now();
    const room = `bot:${personId}`;
    const common = { personId, channel: channel.name, externalId: personId, name: person.name, room };
    await tx.people.addIdentity({ id: newId(), ...common, reachable: "yes", lastSeenAt: now, linkedAt: now });
  });
  process.stderr.write(`您现在是 ${person.name},直接打字;Ctrl+D 结束 / you are ${person.name}: type; Ctrl+D ends\n`);
  await koloop.start();
  await channel.ended;
  await koloop.settle();
  await koloop.stop();
  return 0;
}
