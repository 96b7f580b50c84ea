import type { IncomingHttpHeaders } from 'node:http';

/** A request as it came, read to its end. */
export interface SyntheticRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a request asks for, in terms that faults are configured in. */
export interface SyntheticCall {
  readonly provider: string;
  readonly account: string | null;
  readonly region: string | null;
  /** As the provider's permissions name it, e.g. `ec2:DescribeVolumes`. */
  readonly operation: string;
  /** Whether it goes on with a list that an earlier call began. */
  readonly is_later_page: boolean;
}

export interface SyntheticAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A fault to answer with, which each provider words in its own shape. */
export type FaultKind = 'denied' | 'throttled' | 'failed';

/**
 * One provider at the wire. It holds nothing in memory but its options: everything that it answers
 * follows from the seed and the place in the list, so that a page of a million costs one page.
 */
export interface SyntheticProvider<Call extends SyntheticCall = SyntheticCall> {
  /** Null where the request is not for this provider. */
  recognise(request: SyntheticRequest): Call | null;
  /** `epoch` counts the changes that the estate went through, from 0. */
  answer(call: Call, epoch: number): SyntheticAnswer;
  refuse(call: Call, kind: FaultKind): SyntheticAnswer;
}
