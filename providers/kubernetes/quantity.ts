import { z } from 'zod';

/**
 * Kubernetes' suffixes of quantities and what they multiply by. Source: "Quantity" in the API
 * reference. The client library has a reading of its own, which it does not export, and which
 * refuses fractions before a suffix (`1.5Gi`) that the API server accepts and stores.
 */
const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;

/** The number that a quantity stands for: `3920m` is 3.92, `16Gi` 17179869184; null for no quantity. */
export function parseQuantity(text: string): number | null {
  const [, mantissa, exponent = '', suffix = ''] = QUANTITY.exec(text) ?? [];
  const factor = FACTORS[suffix];
  if (mantissa === undefined || factor === undefined) return null;
  const value = Number(`${mantissa}${exponent}`);
  // Dividing keeps 3920m exact, which multiplying by 0.001 does not.
  return factor < 1 ? value / Math.round(1 / factor) : value * factor;
}

/** A quantity in a record; null where it is left out or is none. */
export const quantity = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value == null ? null : parseQuantity(String(value))));

const BYTES_PER_GIB = 2 ** 30;

/** Bytes in the contract's `_gb`, which like cloud providers counts 2^30; three decimals. */
export function gigabytes(bytes: number | null): number | null {
  return bytes === null ? null : Math.round((bytes / BYTES_PER_GIB) * 1000) / 1000;
}
