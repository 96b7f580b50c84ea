import type { FeedGap } from '../../db/postgres/tables/webhooks.ts';
import type { ChangeEvent } from '../../model/change-event.ts';

/** An event in the JSON format of CloudEvents 1.0. */
export interface CloudEvent {
  specversion: '1.0';
  /** With `source` the same for the same event, however often it is delivered. */
  id: string;
  source: string;
  type: string;
  subject?: string;
  time: string;
  datacontenttype: 'application/json';
  data: unknown;
}

export const BATCH_CONTENT_TYPE = 'application/cloudevents-batch+json; charset=UTF-8';

/** Where the same events can be read. */
const SOURCE = '/api/v3/cmdb/changes';

/** One commit makes one event of an item or a relationship at most, so these two name it. */
export function toCloudEvent(event: ChangeEvent): CloudEvent {
  const subject = 'ci' in event ? event.ci.ci_id : event.relationship.relationship_id;
  return {
    specversion: '1.0',
    id: `${event.seq}/${subject}`,
    source: SOURCE,
    type: `cmdb.${event.type}`,
    subject,
    time: event.timestamp,
    datacontenttype: 'application/json',
    data: event,
  };
}

/** What a receiver is told in place of events that cannot be read any more. */
export function gapEvent(deliveryId: string, gap: FeedGap, at: Date): CloudEvent {
  return {
    specversion: '1.0',
    id: `gap/${deliveryId}`,
    source: SOURCE,
    type: 'cmdb.feed.gap',
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data: gap,
  };
}
