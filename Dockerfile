# Countinghouse as a container: `docker build -t countinghouse .`
#
# Written where no Docker engine runs: this file has never been built. What could be checked without
# one, a test checks (test/service/compose.test.ts): that what it copies is there, what it runs, and
# as whom. The steps themselves (npm ci, build, npm ci without dev dependencies, serve) were run
# by hand outside a container.
#
# The tag names one release of Node; whoever deploys pins its digest too (`…@sha256:…`), because a
# tag can be moved.

FROM node:20.19.5-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/
COPY src src
RUN npm run build

FROM node:20.19.5-bookworm-slim AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
# The optional ones are Postgres' own binaries, for laptops: here DATABASE_URL names a server.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:20.19.5-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /app
# Owned by root and only read by the service; what it may write is below /data.
COPY --from=dependencies /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json LICENSE ./
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 8080
# In-flight requests are answered after it; give the container 30 seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=5 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--min-semi-space-size=16", "--max-semi-space-size=16", "--no-allocation-site-pretenuring", \
  "--max-inlined-bytecode-size=1000", "--max-inlined-bytecode-size-cumulative=2000", "dist/cli.js", "serve"]
