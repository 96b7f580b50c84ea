#!/usr/bin/env node
/**
 * The program `cmdb`, of any Node from 16 up: `bootstrap.mjs` brings Node 24 and the dependencies
 * where they are missing, and goes on with `cli/main.ts`.
 */
import process from 'node:process';

process.argv.splice(2, 0, 'cmdb');
await import('./bootstrap.mjs');
