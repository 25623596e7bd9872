/** The ticket of a demonstration's pane; other pages have their cookie. */
let ticket: string | undefined;

export function setTicket(value: string): void {
  ticket = value;
}

export function hasTicket(): boolean {
  return ticket !== undefined;
}

/** An answer that is not what was hoped for, with the server's own words. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks a route of our server: with a body it is a POST. Throws `ApiError` for a refusal. */
export async function api<T>(path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = ticket ? { "x-koloop-ticket": ticket } : {};
  const answer = await fetch(path, {
    headers: body ? { ...headers, "content-type": "application/json" } : headers,
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
  });
  const said = (await answer.json().catch(() => ({}))) as T & { message?: string };
  if (!answer.ok) throw new ApiError(answer.status, said.message ?? answer.statusText);
  return said;
}

/** A file's name, for the route that asks for it. */
export const named = (path: string, file: File): string =>
  `${path}?name=${encodeURIComponent(file.name.slice(0, 200))}`;

/** Sends a file's bytes to a route. Throws `ApiError` for a refusal. */
export async function sendFile(path: string, file: File): Promise<void> {
  const headers: Record<string, string> = { "content-type": "application/octet-stream" };
  if (ticket) headers["x-koloop-ticket"] = ticket;
  const answer = await fetch(path, { method: "POST", headers, body: file });
  const said = (await answer.json().catch(() => ({}))) as { message?: string };
  if (!answer.ok) throw new ApiError(answer.status, said.message ?? answer.statusText);
}

/** The address of something that only our session may see, for a tag that can't send headers. */
export function withTicket(path: string): string {
  return ticket ? `${path}${path.includes("?") ? "&" : "?"}ticket=${encodeURIComponent(ticket)}` : path;
}
