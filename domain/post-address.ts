import type { Platform } from "./platform.ts";
import { type PageShape, partShapes, platformSites } from "./platform-addresses.ts";
import { bvOfAv, weiboShortId } from "./post-id.ts";

/** What an address says. */
export type Reading = {
  /** Null for a host that is no platform's, or that only looks like one's. */
  platform: Platform | null;
  /** `post`: somebody's post, or a short link, which is taken for one; `other`: a profile, a search, a home page; `unknown`: no platform's. */
  kind: "post" | "other" | "unknown";
  /** As the address has it; null for a short link. */
  postId: string | null;
  author: string | null;
  /** One address for a post, whatever page, device or app it was shared from, and without what tracks the sharer. */
  canonical: string;
  /** The same for two links exactly when they are certain to be one post; null for what is no post. */
  key: string | null;
  /** False for a short link: what is behind it cannot be known without fetching it. */
  resolved: boolean;
};

type Address = { scheme: string; host: string; steps: string[]; params: Map<string, string>; path: string };

type Shape = {
  platform: Platform;
  host: string | null;
  app: boolean;
  steps: (RegExp | null)[];
  params: [string, RegExp][];
  as: string | null;
  space: string;
  key: string;
};

/** Labels in front of a host that show the same pages for other devices. */
const deviceLabels = /^(?:www|m|mobile|wap|web|touch|mbasic|amp|[a-z]{2}-[a-z]{2})$/;

/** Pages that only lead on, and the parameter that says where to. */
const wrappers: [host: string, path: string, param: string][] = [
  ["link.zhihu.com", "/", "target"],
  ["weibo.cn", "/sinaurl", "u"],
  ["weibo.com", "/sinaurl", "u"],
  ["l.facebook.com", "/l.php", "u"],
  ["lm.facebook.com", "/l.php", "u"],
  ["l.instagram.com", "/", "u"],
  ["google.com", "/url", "q"],
  ["google.com", "/url", "url"],
  ["youtube.com", "/redirect", "q"],
  ["c.pc.qq.com", "/middlem.html", "pfurl"],
];

/** Shorteners of nobody's platform. */
const generalShorteners = new Set(
  "bit.ly tinyurl.com dwz.cn suo.im url.cn reurl.cc lnkd.in goo.gl is.gd ow.ly t.ly rb.gy suo.nz dwz.mk 163.lu".split(
    " ",
  ),
);

/** Parameters that say who shared an address, not what it shows. */
const trackers = /^(?:utm_.*|spm.*|fbclid|gclid|share_.*|from|scene|vd_source|si|igsh|igshid|wfr|timestamp)$/;

function compilePart(source: string): RegExp {
  const pieces = source.split(/(\{\w+(?::\w+)?\})/).map((piece) => {
    const slot = /^\{(\w+)(?::(\w+))?\}$/.exec(piece);
    if (!slot) return piece.replace(/[.*+?^$()[\]\\|]/g, "\\$&");
    return `(?<${slot[1]}>${partShapes[slot[2] ?? "any"]!.source})`;
  });
  return new RegExp(`^${pieces.join("")}$`);
}

function compile(platform: Platform): Shape[] {
  return platformSites[platform].pages.flatMap((page) => page.at.map((at) => compileShape(platform, page, at)));
}

function compileShape(platform: Platform, { as, space, key }: PageShape, at: string): Shape {
  const [place, query] = at.split("?") as [string, string | undefined];
  const slash = place.indexOf("/");
  const host = place.slice(0, slash);
  const steps = place
    .slice(slash)
    .split("/")
    .filter((step) => step !== "");
  return {
    platform,
    host: host === "" || host === "app" ? null : host,
    app: host === "app",
    steps: steps.map((step) => (step === "*" ? null : compilePart(step))),
    params: (query?.split("&") ?? []).map((pair) => {
      const equals = pair.indexOf("=");
      return [pair.slice(0, equals), compilePart(pair.slice(equals + 1))];
    }),
    as: as ?? null,
    space: space ?? "",
    key: key ?? "{id}",
  };
}

const platforms = Object.keys(platformSites) as Platform[];
const shapesOf = new Map(platforms.map((platform) => [platform, compile(platform)]));
const platformOfSite = new Map<string, Platform>();
const platformOfShortener = new Map<string, Platform>();
const platformOfScheme = new Map<string, Platform>();
for (const platform of platforms) {
  const site = platformSites[platform];
  for (const domain of site.sites) platformOfSite.set(domain, platform);
  for (const short of site.shorteners) platformOfShortener.set(short.split("/")[0]!, platform);
  for (const scheme of site.schemes) platformOfScheme.set(scheme, platform);
}

/** The platform whose shortener this is, or whose domain it is or is under. `douyin.com.evil.cn` is under `evil.cn`, so it is nobody's. */
export function platformOf(host: string): Platform | null {
  const short = platformOfShortener.get(bareHost(host));
  if (short) return short;
  const labels = host.split(".");
  for (let i = 0; i < labels.length - 1; i++) {
    const platform = platformOfSite.get(labels.slice(i).join("."));
    if (platform) return platform;
  }
  return null;
}

function bareHost(host: string): string {
  const labels = host.split(".");
  return labels.filter((label, i) => i >= labels.length - 2 || !deviceLabels.test(label)).join(".");
}

// Only ASCII is ever needed in an id, and this cannot throw.
function unescapeAscii(text: string): string {
  return text.replace(/%([0-7][0-9a-fA-F])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function readParams(query: string, into: Map<string, string>): void {
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    if (equals < 0) continue;
    const name = pair.slice(0, equals).replace(/^amp;/, "");
    if (!into.has(name)) into.set(name, unescapeAscii(pair.slice(equals + 1)));
  }
}

function readAddress(url: string): Address | null {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i.exec(url);
  if (!parts) return null;
  const scheme = parts[1]!.toLowerCase();
  const host = parts[2]!
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/:(?:80|443)$/, "");
  if (host.length > 253) return null; // RFC 1035
  const path = parts[3]!;
  const params = new Map<string, string>();
  readParams(parts[4] ?? "", params);
  readParams((parts[5] ?? "").replace(/^\//, ""), params); // weibo's long posts: `#/id=2309...`
  return { scheme, host, path, params, steps: path.split("/").filter((step) => step !== "") };
}

type Slots = Record<string, string>;

function fitsShape(shape: Shape, host: string, app: boolean, address: Address): Slots | null {
  if (shape.app !== app || shape.steps.length !== address.steps.length) return null;
  if (!app && !(shape.host ? shape.host === host : platformSites[shape.platform].sites.includes(host))) return null;
  const slots: Slots = {};
  for (const [i, step] of shape.steps.entries()) {
    const fit = step ? step.exec(address.steps[i]!) : null;
    if (step && !fit) return null;
    Object.assign(slots, fit?.groups);
  }
  for (const [name, value] of shape.params) {
    const fit = value.exec(address.params.get(name) ?? "");
    if (!fit) return null;
    Object.assign(slots, fit.groups);
  }
  return slots;
}

/** Ids that are another spelling of the same: bilibili's av and BV numbers, weibo's numbers and short ids. */
function settledId(platform: Platform, id: string): string {
  if (platform === "bilibili") {
    if (/^bv/i.test(id)) return `BV${id.slice(2)}`;
    if (/^av\d/i.test(id)) return bvOfAv(id.slice(2)) ?? id.toLowerCase();
  }
  if (platform === "weibo" && /^\d{15,17}$/.test(id)) return weiboShortId(id);
  return id;
}

function fill(template: string, slots: Slots): string {
  const query = template.indexOf("?");
  return template.replace(/\{(\w+)\}/g, (_, name: string, at: number) => {
    const value = slots[name] ?? "";
    return query >= 0 && at > query ? encodeURIComponent(value).replaceAll("%3A", ":").replaceAll("%3D", "=") : value;
  });
}

/** Whether this is a short link of the platform: its host, the way to the code, and a code. */
function isShort(platform: Platform, host: string, address: Address): boolean {
  return platformSites[platform].shorteners.some((short) => {
    const [place, param] = short.split("?") as [string, string | undefined];
    const [shortHost, ...way] = place.split("/");
    if (shortHost !== host || way.some((step, i) => address.steps[i] !== step)) return false;
    const code = param ? address.params.get(param) : address.steps.slice(way.length).at(-1);
    return code !== undefined && /^[A-Za-z0-9_-]{2,64}(?:\.html)?$/.test(code);
  });
}

function otherPage(platform: Platform, address: Address, author: string | null): Reading {
  const canonical = `https://${address.host}${address.path.replace(/\/+$/, "")}`;
  return { platform, kind: "other", postId: null, author, canonical, key: null, resolved: true };
}

function postPage(shape: Shape, slots: Slots, app: boolean): Reading {
  const { platform, space } = shape;
  // bilibili's app links number videos without the `av`.
  const isBareNumber = platform === "bilibili" && app && space === "" && /^\d+$/.test(slots.id!);
  const written = isBareNumber ? `av${slots.id}` : slots.id!;
  const id = settledId(platform, written);
  const settled = { ...slots, id };
  return {
    platform,
    kind: "post",
    postId: /^bv/i.test(written) ? id : written,
    author: slots.author ?? null,
    canonical: fill(shape.as!, settled),
    key: `${platform}:${space}:${fill(shape.key, settled)}`,
    resolved: true,
  };
}

function shortPage(platform: Platform, address: Address): Reading {
  const named = platformSites[platform].shorteners
    .map((short) => short.split("?")[1])
    .find((name) => address.params.has(name ?? ""));
  const query = named ? `?${named}=${address.params.get(named)}` : "";
  return {
    platform,
    kind: "post",
    postId: null,
    author: null,
    canonical: `${address.scheme}://${address.host}${address.path}${query}`,
    key: `${platform}:short:${address.host}${address.path.replace(/\/+$/, "")}${query}`,
    resolved: false,
  };
}

function readPage(platform: Platform, address: Address, app: boolean): Reading {
  const host = bareHost(address.host);
  for (const shape of shapesOf.get(platform)!) {
    const slots = fitsShape(shape, host, app, address);
    if (slots) return shape.as ? postPage(shape, slots, app) : otherPage(platform, address, slots.author ?? null);
  }
  return !app && isShort(platform, host, address) ? shortPage(platform, address) : otherPage(platform, address, null);
}

/** Pages that list or ask, whatever stands behind them in the address. */
const listing = /^(?:search\w*|user|users|u|profile|people|space|topics?|tags?|channels?|login|settings?|help|live)$/i;

/**
 * Whether a platform's page that has no post's known shape may be a post all the same, with an id of a kind not seen yet
 * (`xiaohongshu.com/explore/abc123`): it names something, and is no profile, search or home page.
 */
export function mayBePost({ platform, kind, author, canonical }: Reading): boolean {
  if (platform === null || kind !== "other" || author !== null) return false;
  const address = readAddress(canonical);
  if (!address || address.steps.length < 2 || address.steps.slice(0, -1).some((step) => listing.test(step)))
    return false;
  const host = bareHost(address.host);
  return !shapesOf.get(platform)!.some((shape) => !shape.as && fitsShape(shape, host, false, address));
}

/** What no platform has: the address as it is, less what tracks who shared it. */
export function unknownPage(url: string, address: Address | null = null): Reading {
  const query = url.indexOf("?");
  let canonical = url;
  if (address && query >= 0) {
    const [asked, fragment] = url.slice(query + 1).split(/(?=#)/, 2) as [string, string | undefined];
    const kept = asked.split("&").filter((pair) => !trackers.test(pair.split("=", 1)[0]!));
    canonical = `${url.slice(0, query)}${kept.length > 0 ? `?${kept.join("&")}` : ""}${fragment ?? ""}`;
  }
  const resolved = !address || !generalShorteners.has(bareHost(address.host));
  return { platform: null, kind: "unknown", postId: null, author: null, canonical, key: null, resolved };
}

/** Reads one address that has a scheme. Of a page that only leads on (`link.zhihu.com/?target=…`) it reads where it leads. */
export function readUrl(url: string): Reading {
  const address = readAddress(url);
  const inner = address && innerAddress(address);
  return inner ? readDirect(inner, readAddress(inner)) : readDirect(url, address);
}

function innerAddress(address: Address): string | null {
  const host = bareHost(address.host);
  const wrapper = wrappers.find((w) => w[0] === host && w[1] === (address.path || "/") && address.params.has(w[2]));
  const inner = wrapper ? address.params.get(wrapper[2])! : "";
  return /^https?:\/\//i.test(inner) ? inner : null;
}

function readDirect(url: string, address: Address | null): Reading {
  if (!address) return unknownPage(url);
  const app = platformOfScheme.get(address.scheme);
  if (app) {
    // In an app link the host is only the first step: `snssdk1128://aweme/detail/7643`.
    const steps = address.host === "" ? address.steps : [address.host, ...address.steps];
    return readPage(app, { ...address, steps }, true);
  }
  // A user name before the host (`www.douyin.com@evil.com`) or a strange port hides where a link leads.
  const isPlain = /^[a-z0-9.-]+$/.test(address.host) && /^https?$/.test(address.scheme);
  const platform = isPlain ? platformOf(address.host) : null;
  return platform ? readPage(platform, address, false) : unknownPage(url, address);
}

/** Whether an app of a platform opens links with this scheme. */
export function isAppScheme(scheme: string): boolean {
  return platformOfScheme.has(scheme.toLowerCase());
}
