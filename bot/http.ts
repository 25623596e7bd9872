import helmet from "@fastify/helmet";
import fastify, { type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { refuseInWords } from "./refusal-page.ts";

/** A larger body is refused with 413 before it is read whole. */
const bodyLimitBytes = 1024 * 1024;

/**
 * The HTTP server with its safe defaults; channels and pages register their own routes on it. Only a trusted proxy is believed about whom
 * it speaks for: without one, what `X-Forwarded-For` says is nobody's address.
 */
export async function createHttp(
  log: FastifyBaseLogger,
  trustedProxies: readonly string[] = [],
): Promise<FastifyInstance> {
  const http = fastify({
    // Only what went wrong: a line a request would put addresses, and with them secrets, into the log.
    loggerInstance: log.child({}, { level: log.level === "silent" ? "silent" : "warn" }),
    bodyLimit: bodyLimitBytes,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    requestTimeout: 15_000,
    forceCloseConnections: true,
  });
  await http.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
      },
    },
    frameguard: { action: "sameorigin" },
    referrerPolicy: { policy: "no-referrer" },
    // koloop may be reached over plain HTTP on loopback; a proxy in front of it sets this for the outside.
    strictTransportSecurity: false,
  });
  refuseInWords(http);
  http.get("/health", async () => ({ ok: true }));
  return http;
}
