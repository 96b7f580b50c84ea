# API, worker and migrations: one image, the command tells which.
FROM node:24.21.0-bookworm-slim

ENV NODE_ENV=production
WORKDIR /app

# Dependencies first: they change less often than the code.
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force

COPY model model
COPY providers providers
COPY db db
COPY activities activities
COPY workflows workflows
COPY worker worker
COPY api api
COPY web web

USER node
CMD ["node", "api/main.ts"]
