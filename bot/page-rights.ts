import type { FastifyRequest } from "fastify";
import type { Deed } from "#domain/rights.ts";

/**
 * How a page is guarded where no right of koloop's table decides: `anyone`, `signed-in` (one's own things only), `link` (whoever holds
 * the secret link), `token` (a token that a manager or operator issued), `signature` (the vendor signs), `vendor-login` (an employee whom
 * the vendor has identified; what they see is asked of the table), `this-machine`.
 */
type Guard = "anyone" | "signed-in" | "link" | "token" | "signature" | "vendor-login" | "this-machine";

/** Every route with the right that it asks, by method and path. A route without a row is refused to everybody who must sign in. */
export const pageRights: Record<string, Deed | Guard> = {
  "GET /": "anyone",
  "GET /chat": "anyone",
  "GET /sign-in": "anyone",
  "GET /health": "anyone",
  "GET /ready": "anyone",
  "GET /metrics": "token",
  "GET /task-page.css": "anyone",
  "GET /review-page.css": "anyone",
  "GET /api/me": "anyone",
  "POST /api/sign-in": "link",
  "POST /api/sign-out": "signed-in",
  "GET /ws": "signed-in",
  "GET /pictures/:id": "signed-in",
  "GET /demo/cast": "this-machine",
  "POST /demo/sign-in": "this-machine",
  "POST /api/sign-in-links": "sign-in-link.make",
  "GET /api/people": "profile.read",
  "GET /api/people/:id": "profile.read",
  "POST /api/rooms": "people.reach",
  "GET /t/:secret": "link",
  "POST /t/:secret": "link",
  "POST /api/metrics": "token",
  "POST /api/comments": "token",
  "POST /api/tables": "figures.import",
  "POST /api/pictures": "hand-in.give",
  "GET /api/dashboards/:table": "dashboard.read",
  "GET /api/dashboards/:table/csv": "people.download",
  "GET /api/dashboards/:table/rows/:id/:column": "dashboard.read",
  "GET /api/dashboards/:table/rows/:id/:column/csv": "people.download",
  "GET /reports/:kind/:name": "task.measure",
  "GET /learning": "learning.read",
  "POST /learning": "learning.change",
  "GET /dead-letters": "failures.settle",
  "POST /dead-letters": "failures.settle",
  "GET /review": "review.decide",
  "POST /review": "review.decide",
  "GET /review/pictures/:id": "review.decide",
  "GET /api/tasks": "task.run",
  "GET /api/tasks/new": "task.run",
  "GET /api/tasks/:id": "task.run",
  "POST /api/tasks/preview": "task.run",
  "POST /api/tasks": "task.run",
  "POST /api/tasks/:id/act": "task.run",
  "GET /api/segments": "segment.page",
  "GET /api/segments/:id": "segment.page",
  "POST /api/segments/preview": "segment.page",
  "POST /api/segments": "segment.page",
  "POST /api/segments/:id/retire": "segment.page",
  "POST /telegram/webhook": "signature",
  // Who scans that code is koloop on WeChat from then on: as weighty as a link that signs somebody in.
  "GET /wechaty": "sign-in-link.make",
  "GET /wecom/callback": "signature",
  "POST /wecom/callback": "signature",
  "GET /wecom/sidebar": "vendor-login",
  "GET /wecom/sidebar/login": "vendor-login",
  "GET /wecom/sidebar/sdk.js": "anyone",
  "GET /wecom/sidebar/page.js": "anyone",
  "GET /wecom/sidebar/page.css": "anyone",
  "GET /wecom/sidebar/signature": "vendor-login",
  "GET /wecom/sidebar/customer": "vendor-login",
  "POST /wecom/sidebar/press": "vendor-login",
  "POST /wecom/sidebar/task-link": "vendor-login",
  "POST /wecom/sidebar/sent": "vendor-login",
};

const guards: ReadonlySet<string> = new Set<Guard>([
  "anyone",
  "signed-in",
  "link",
  "token",
  "signature",
  "vendor-login",
  "this-machine",
]);

/** The right that the route of this request asks for. Throws where the table has none: a page that is missing there stays shut. */
export function deedOfPage({ method, routeOptions }: FastifyRequest): Deed {
  const row = pageRights[`${method === "HEAD" ? "GET" : method} ${routeOptions.url}`];
  if (row === undefined || guards.has(row))
    throw new Error(`no right is written down for ${method} ${routeOptions.url}`);
  return row as Deed;
}
