import { defineQuery, defineSignal } from '@temporalio/workflow';
import {
  type DiscoveryProgress,
  PAUSE_SIGNAL,
  PROGRESS_QUERY,
  RESUME_SIGNAL,
} from '../model/discovery-workflow.ts';
import { PUBLISH_SIGNAL } from '../model/publish-workflow.ts';

import { NUDGE_SIGNAL } from '../model/webhook.ts';

export const nudgeSignal = defineSignal(NUDGE_SIGNAL);
export const progressQuery = defineQuery<DiscoveryProgress>(PROGRESS_QUERY);
export const pauseSignal = defineSignal(PAUSE_SIGNAL);
export const resumeSignal = defineSignal(RESUME_SIGNAL);
export const publishSignal = defineSignal(PUBLISH_SIGNAL);
