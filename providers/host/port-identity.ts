import type { ProcessSnapshot } from './snapshot.ts';

/** The ports on which a program listens, by what they say about it. */
export interface PortRoles {
  /** The port that tells it from others of the same name; null where it does not listen. */
  identity: number | null;
  /** Chosen by a person: part of what the program is. Sorted. */
  stable: number[];
  /** Handed out by the system, other ones at each start. Sorted. */
  ephemeral: number[];
}

/**
 * Chooses the port that a listening program is known by.
 *
 * First a usual port of the product, then the lowest port outside the range that the system hands
 * out: a program that also listens somewhere at random keeps its identity over restarts. Where all
 * its ports lie in that range nothing tells a chosen one from a random one; the lowest counts,
 * since two databases that were put on 54321 and 54322 must never be taken for one. The price is
 * that a program which listens on nothing but random ports is a new item after each start.
 *
 * @param usualPorts the product's own ports, the most telling first
 */
export function portRoles(
  ports: Iterable<number>,
  usualPorts: readonly number[],
  range: ProcessSnapshot['ephemeral_ports'],
): PortRoles {
  const sorted = [...new Set(ports)].sort((a, b) => a - b);
  const isEphemeral = (port: number) => port >= range.first && port <= range.last;
  const identity =
    usualPorts.find((port) => sorted.includes(port)) ??
    sorted.find((port) => !isEphemeral(port)) ??
    sorted[0] ??
    null;
  return {
    identity,
    stable: sorted.filter((port) => port === identity || !isEphemeral(port)),
    ephemeral: sorted.filter((port) => port !== identity && isEphemeral(port)),
  };
}
