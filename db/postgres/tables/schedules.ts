import type { ColumnType, Generated } from 'kysely';
import type { Overlap } from '../../../model/schedule.ts';
import type { DiscoveryRequest } from '../../../model/scope.ts';

export interface ScheduleTables {
  /**
   * What each schedule is. Temporal runs it, and knows what it started and will start; see ADR 10.
   * Coverage reads here what is expected when.
   */
  schedules: {
    schedule_id: string;
    /** Who may change it: the sources file, or people through the API. */
    owner: 'sources' | 'api';
    cron: string;
    time_zone: string;
    jitter_seconds: number;
    overlap: Overlap;
    request: ColumnType<DiscoveryRequest, string, string>;
    /** As people left it, for the day on which Temporal has lost it. */
    paused: Generated<boolean>;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
}
