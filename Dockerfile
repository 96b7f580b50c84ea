# API, worker and migrations: one image, the command tells which.
FROM node:24.21.0-bookworm-slim

ENV NODE_ENV=production
WORKDIR /app

# Dependencies first: they change less often than the code. Not `npm ci`: the lock file has the
# platform packages of Linux only, and `ci` refuses it for the others that it does not name.
COPY package.json package-lock.json ./
RUN npm install --omit=dev --no-save --no-audit --no-fund && npm cache clean --force

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
