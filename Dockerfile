FROM node:20-bookworm-slim AS build
WORKDIR /koloop
# better-sqlite3 compiles where no prebuilt binary fits.
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
COPY . .
RUN npm ci --no-audit --no-fund && node scripts/build.mjs && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787
WORKDIR /koloop
COPY --from=build --chown=node:node /koloop /koloop
RUN mkdir -p data && chown node:node data
USER node
EXPOSE 8787
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.KOLOOP_METRICS_PORT || process.env.PORT}/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No npm in between: the signal to stop must reach koloop itself, which then drains.
CMD ["node", "scripts/koloop.mjs", "start"]
