const xEpochMs = 1_288_834_974_657;

/**
 * When a post was made, where its id tells: Xiaohongshu ids begin with the seconds in hex (as BSON object ids do), Douyin's and TikTok's
 * carry them in the upper 32 bits, X's the milliseconds since its own epoch (snowflake). Null where it tells nothing credible.
 */
export function postedAt(platform: string | null, postId: string | null): number | null {
  if (postId === null) return null;
  const at = rawTime(platform, postId);
  // Before 2011 and after 2100 it is no time but another kind of id.
  return at !== null && at > 1_293_840_000_000 && at < 4_102_444_800_000 ? at : null;
}

function rawTime(platform: string | null, id: string): number | null {
  if (platform === "xiaohongshu") return /^[0-9a-f]{24}$/i.test(id) ? Number.parseInt(id.slice(0, 8), 16) * 1000 : null;
  if (!/^\d{15,20}$/.test(id)) return null;
  if (platform === "douyin" || platform === "tiktok") return Number(BigInt(id) >> 32n) * 1000;
  if (platform === "x") return Number(BigInt(id) >> 22n) + xEpochMs;
  return null;
}
