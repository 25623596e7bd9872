const bilibiliDigits = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf";

/**
 * The BV id of a video known by its older av number: both name the same video, so both must become one. (The mapping that bilibili's own
 * pages use since 2020, as worked out in SocialSisterYi/bilibili-API-collect, docs/misc/bvid_desc.md.)
 */
export function bvOfAv(av: string): string | null {
  let rest = BigInt(av);
  if (rest <= 0n || rest >= 1n << 51n) return null;
  rest = ((1n << 51n) | rest) ^ 23442827791579n;
  const id = [..."BV1000000000"];
  for (let place = 11; place > 2 && rest > 0n; place--) {
    id[place] = bilibiliDigits[Number(rest % 58n)]!;
    rest /= 58n;
  }
  [id[3], id[9]] = [id[9]!, id[3]!];
  [id[4], id[7]] = [id[7]!, id[4]!];
  return id.join("");
}

const weiboDigits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The short id (`QSa4noSit`) of a weibo known by its number: groups of seven digits from the right become four letters each. */
export function weiboShortId(number: string): string {
  const groups: string[] = [];
  for (let end = number.length; end > 0; end -= 7) {
    let rest = Number(number.slice(Math.max(0, end - 7), end));
    let group = "";
    for (; rest > 0; rest = Math.floor(rest / 62)) group = weiboDigits[rest % 62] + group;
    groups.unshift(end > 7 ? group.padStart(4, "0") : group);
  }
  return groups.join("");
}
