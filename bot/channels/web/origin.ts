import type { FastifyRequest } from "fastify";

/**
 * Whether a request comes from a page of ours: browsers name the page's origin on every WebSocket and every change, so another
 * site's page is told apart; programs name none and bring their own secret. Reading needs no such check, since no other site can
 * see the answer.
 */
export function isOwnOrigin(request: FastifyRequest, publicUrl: string): boolean {
  const reads = request.method === "GET" || request.method === "HEAD";
  if (reads && request.headers.upgrade === undefined) return true;
  const { origin, host } = request.headers;
  if (origin === undefined) return isOwnSite(request.headers["sec-fetch-site"]);
  try {
    const from = new URL(origin);
    return from.host === host || from.origin === new URL(publicUrl).origin;
  } catch {
    return false; // "null": a sandboxed frame or a file
  }
}

function isOwnSite(site: string | string[] | undefined): boolean {
  return site === undefined || site === "same-origin" || site === "none";
}

/**
 * Whether a request was made on this very machine, by this machine's name: a proxy in front makes everybody look local, and a
 * foreign name that resolves to this machine is how a web page reaches into it (DNS rebinding).
 */
export function isDemoRequest(request: FastifyRequest, publicUrl: string): boolean {
  const { headers } = request;
  if (headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined) return false;
  const host = hostName(`http://${headers.host ?? ""}`);
  if (host === undefined || !(isLoopbackName(host) || host === hostName(publicUrl))) return false;
  return isLoopbackAddress(request.socket.remoteAddress ?? "");
}

function hostName(url: string): string | undefined {
  try {
    return new URL(url).hostname;
  } catch {
    return undefined;
  }
}

function isLoopbackName(name: string): boolean {
  return name === "localhost" || name === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(name);
}

function isLoopbackAddress(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
