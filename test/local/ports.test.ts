import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { choosePrivatePort, choosePublicPort } from '../../local/ports.ts';

async function listening(): Promise<Server & AsyncDisposable & { port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

describe('a private port', () => {
  test('is the one of last time when that is free', async () => {
    const server = await listening();
    const { port } = server;
    await server[Symbol.asyncDispose]();
    expect(await choosePrivatePort(port)).toBe(port);
  });

  test('is another one when that of last time is in use', async () => {
    await using server = await listening();
    const port = await choosePrivatePort(server.port);
    expect(port).not.toBe(server.port);
    expect(port).toBeGreaterThan(0);
  });
});

describe('a public port', () => {
  const wanted = (standard: number) => ({ variable: 'CMDB_API_PORT', standard });

  test('that a variable sets is refused by name when it is in use', async () => {
    await using server = await listening();
    await expect(
      choosePublicPort(wanted(8200), { CMDB_API_PORT: String(server.port) }),
    ).rejects.toThrow(`Port ${server.port}, set by CMDB_API_PORT, is in use`);
  });

  test.each(['0', '65536', '80.5', 'http'])(
    'that a variable sets to %s is refused as no port',
    async (given) => {
      await expect(choosePublicPort(wanted(8200), { CMDB_API_PORT: given })).rejects.toThrow(
        `CMDB_API_PORT must be a port, 1 to 65535; it is "${given}"`,
      );
    },
  );

  test('moves to the next free one when the standard one is in use, and says so', async () => {
    await using server = await listening();
    const chosen = await choosePublicPort(wanted(server.port), {});
    expect(chosen.insteadOf).toBe(server.port);
    expect(chosen.port).toBeGreaterThan(server.port);
  });
});
