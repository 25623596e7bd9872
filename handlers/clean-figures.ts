import type { Tx } from "#db/store.ts";
import { type CleanedSnapshot, cleanPost, type PeerRatios, peerRatios } from "#domain/cleaning.ts";
import type { Submission } from "#domain/task.ts";

type Post = Pick<Submission, "id" | "form" | "platform">;

/** Cleans whole curves, one post after the other; what peers of a form on a platform usually draw is looked up once. */
export function createCleaner(tx: Tx, now: number): (post: Post) => Promise<CleanedSnapshot[]> {
  const ratios = new Map<string, PeerRatios>();
  return async (post) => {
    const key = `${post.form}\n${post.platform}`;
    let peers = ratios.get(key);
    if (!peers) {
      peers = peerRatios(await tx.postFigures.peerFigures(post.form, post.platform));
      ratios.set(key, peers);
    }
    const cleaned = cleanPost(await tx.postFigures.snapshotsOf(post.id), peers, now);
    await tx.submissions.clearCleaned(post.id);
    for (const { raw, figures, flags } of cleaned) {
      if (flags.length === 0) continue;
      const words = JSON.stringify(flags.map(({ metric, why }) => ({ field: metric, why })));
      await tx.submissions.saveCleaned(raw.id, words, JSON.stringify(figures));
    }
    return cleaned;
  };
}

/** The whole curve of a post, cleaned against posts of the same form; what was found is kept beside the raw figures. */
export const cleanFigures = (tx: Tx, post: Post, now: number): Promise<CleanedSnapshot[]> =>
  createCleaner(tx, now)(post);

/** Cleans the curves of posts by their ids, such as after an import. */
export async function cleanPosts(tx: Tx, ids: Iterable<string>, now: number): Promise<void> {
  const clean = createCleaner(tx, now);
  for (const post of await tx.postFigures.postsById([...ids])) await clean(post);
}
