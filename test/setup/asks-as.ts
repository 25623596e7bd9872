import type { createKoloop } from "#bot/main.ts";

type Running = Awaited<ReturnType<typeof createKoloop>>;

/** A request of somebody who is signed in; `cookies` keeps who is, so that each signs in once. */
export async function asksAs<T>(
  koloop: Running,
  cookies: Map<string, string>,
  who: string,
  path: string,
  body?: object,
): Promise<{ status: number; said: T & { message?: string } }> {
  const { origin } = new URL(koloop.address);
  const headers = { "content-type": "application/json", origin };
  if (!cookies.has(who)) {
    const link = await koloop.web!.signInLink(who);
    const secret = link.slice(link.indexOf("#") + 1).replace(/^.*=/, "");
    const signedIn = await fetch(`${origin}/api/sign-in`, {
      method: "POST",
      headers,
      body: JSON.stringify({ secret }),
    });
    cookies.set(who, signedIn.headers.get("set-cookie")?.split(";")[0] ?? "");
  }
  const answer = await fetch(`${origin}${path}`, {
    headers: { ...headers, cookie: cookies.get(who)! },
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  return { status: answer.status, said: (await answer.json()) as T & { message?: string } };
}
