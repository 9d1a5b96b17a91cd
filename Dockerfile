# Built by docker-compose.yml; alone it is the embedded deployment:
#   docker build -t pixmill . && docker run -p 5000:5000 -e PIXMILL_OPEN=on -v pixmill:/storage pixmill

FROM node:24-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json ./
# For networks with a registry of their own; not given, npm uses its default.
ARG NPM_CONFIG_REGISTRY

# Without install scripts: the only one that would run brings a Node.js, and the base has one.
FROM base AS build
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && chmod +x dist/cli/main.js

# What is left of TypeScript is an optional peer of a dependency, for its types.
FROM base AS dependencies
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund && rm -rf node_modules/typescript node_modules/@typescript

FROM node:24-bookworm-slim
# jemalloc gives memory back that glibc's allocator keeps; tini hands signals on and reaps orphans.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libjemalloc2 tini \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node /storage \
 && ln -s /app/dist/cli/main.js /usr/local/bin/pixmill
# LD_PRELOAD is a bare name, which the linker finds on every architecture.
ENV LD_PRELOAD=libjemalloc.so.2 \
    MALLOC_CONF=background_thread:true \
    NODE_ENV=production \
    HOST=0.0.0.0 \
    PIXMILL_STORAGE=/storage
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/web/dist web/dist
COPY package.json LICENSE ./
COPY deploy deploy
USER node
EXPOSE 5000 9464
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s CMD ["node", "deploy/healthcheck.js"]
ENTRYPOINT ["tini", "--", "pixmill"]
CMD ["serve"]
