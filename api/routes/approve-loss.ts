import { createRoute, z } from '@hono/zod-openapi';
import { type ApprovalRefusal, approveLoss } from '../../db/postgres/approve-loss.ts';
import { signatureOf } from '../../model/access.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { sliceCoverageSchema } from '../coverage-document.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { noQuery, plainText } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { existingSlice, sliceIdParam } from './coverage.ts';

const approvalSchema = z
  .strictObject({
    loss: z.int().positive().meta({
      description: 'The loss that `hold` shows; refused when it is another by now.',
    }),
    reason: plainText.meta({ description: 'Why so much is gone; kept.' }),
  })
  .meta({ id: 'LossApproval' });

export const route = createRoute({
  method: 'post',
  path: '/coverage/{slice_id}/approve-loss',
  ...needs('operator'),
  tags: ['Coverage'],
  summary: 'Let a held slice lose what it was held for',
  description:
    'The next complete scan of the slice may lose that much, once; what is gone is missing first and ' +
    'retired later, as ever. If so much more is gone by then that it would be held for the rest alone, ' +
    'it is held again, and the approval is spent.',
  request: {
    params: sliceIdParam,
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: approvalSchema } } },
  },
  responses: {
    201: jsonResponse(sliceCoverageSchema, 'It is approved.'),
    ...problemResponses(
      'invalid-request',
      'forbidden-origin',
      'not-found',
      'conflict',
      'body-too-large',
      'unsupported-media-type',
      'component-unavailable',
    ),
  },
});

/** Approvals of what the circuit breaker holds. */
export function approveLossRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { slice_id } = c.req.valid('param');
    const { loss, reason } = c.req.valid('json');
    const approved_by = signatureOf(c.get('principal'));
    const refusal = await approveLoss(deps.db, { slice_id, loss, reason, approved_by });
    if (refusal && refusal.refused !== 'unknown_slice') throw conflict(refusal);
    const slice = await existingSlice(deps, slice_id);
    return c.json(answerOf(deps, sliceCoverageSchema, slice), 201);
  });
  return app;
}

function conflict(refusal: Exclude<ApprovalRefusal, { refused: 'unknown_slice' }>): Problem {
  switch (refusal.refused) {
    case 'not_held':
      return new Problem('conflict', 'The slice is not held: there is nothing to approve.');
    case 'other_loss': {
      const { loss } = refusal;
      return new Problem(
        'conflict',
        `The slice is held for a loss of ${loss} by now; look again.`,
        {
          errors: [{ field: 'loss', message: `is ${loss} by now`, allowed: [String(loss)] }],
        },
      );
    }
    case 'approved_already': {
      const who = refusal.approved_by ?? 'somebody';
      const when = refusal.approved_at.toISOString();
      return new Problem('conflict', `It was approved already, by ${who} at ${when}.`);
    }
  }
}
