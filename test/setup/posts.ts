import type { Koloop } from "#bot/main.ts";
import { friday } from "./koloop.ts";

const dayMs = 86_400_000;

/** A task with an approved post of each of the two KOCs by turns, S1 to S`count`, handed in four days ago. */
export async function addPosts({ store }: Koloop, count: number, policy = "manual"): Promise<void> {
  await store.transaction(async ({ connection: { sql } }) => {
    const at = friday - 4 * dayMs;
    const terms = { brief: "", importance: 3, quota: 5, reward: 100, status: "open", created_at: at, updated_at: at };
    const target = '{"segments":[],"tags":[],"exclude":{"segments":[],"tags":[]}}';
    const proof = '{"platforms":[],"count":1,"mustMention":[],"newerThanTask":true}';
    for (let i = 1; i <= count; i++) {
      const [task, person] = [`T${i}`, i % 2 === 1 ? "K1" : "K2"];
      const forms = '[{"form":"video","brief":""}]';
      await sql.insert("task", {
        id: task,
        title: `任务${i}`,
        theme: "试驾",
        target,
        forms,
        proof,
        published_at: at - dayMs,
        deadline_at: friday + dayMs,
        ...terms,
      });
      const steps = {
        planned_at: at,
        pushed_at: at - dayMs,
        seen_at: at,
        accepted_at: at,
        submitted_at: at,
        approved_at: at,
      };
      await sql.insert("assignment", {
        id: `A${i}`,
        task_id: task,
        person_id: person,
        form: "video",
        policy,
        ...steps,
      });
      const url = `https://www.xiaohongshu.com/explore/6543210fed000000000000${(9 + i).toString(16).padStart(2, "0")}`;
      const post = {
        platform: "xiaohongshu",
        url,
        post_key: url,
        form: "video",
        submitted_at: at,
        status: "approved",
        raw_text: "",
      };
      await sql.insert("submission", { id: `S${i}`, task_id: task, person_id: person, ...post });
    }
  });
}

type Kept = {
  at: number;
  source: string;
  reads: number | null;
  likes: number | null;
  comments: number | null;
  flags: string | null;
  cleaned: string | null;
};

/** The snapshots of each post, oldest first. */
export async function snapshots({ store }: Koloop): Promise<Record<string, Kept[]>> {
  const rows = await store.read(({ connection: { sql } }) =>
    sql.all<Kept & { submission_id: string }>("SELECT * FROM metric_snapshot ORDER BY at, source"),
  );
  const kept: Record<string, Kept[]> = {};
  for (const row of rows) kept[row.submission_id] = [...(kept[row.submission_id] ?? []), row];
  return kept;
}
