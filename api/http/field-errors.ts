import type { z } from 'zod';
import type { FieldError } from './problem.ts';

/** Says of each issue which field it is about and what is allowed there. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.flatMap((issue) => {
    const field = issue.path.map(String).join('.') || 'body';
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({
          field: [...issue.path.map(String), key].join('.'),
          message: issue.message.startsWith('Unrecognized') ? 'is not known here' : issue.message,
        }));
      case 'invalid_value': {
        const allowed = issue.values.map(String);
        return { field, message: `must be one of: ${allowed.join(', ')}`, allowed };
      }
      case 'too_small':
        return {
          field,
          message: issue.message,
          allowed: { minimum: Number(issue.minimum) },
        };
      case 'too_big':
        return {
          field,
          message: issue.message,
          allowed: { maximum: Number(issue.maximum) },
        };
      case 'custom': {
        const allowed: FieldError['allowed'] = issue.params?.allowed;
        return { field, message: issue.message, ...(allowed ? { allowed } : {}) };
      }
      default:
        return { field, message: issue.message };
    }
  });
}
