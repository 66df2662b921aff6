/** Why a reversal is sent: DE56 as PostBridge carries it, four digits of the 1993 edition's message reason codes. */

export interface ReversalReason {
  readonly code: string;
  readonly meaning: string;
}

export const REVERSAL_REASONS = {
  customer_cancelled: { code: '4000', meaning: 'The customer cancelled.' },
  answer_invalid: { code: '4020', meaning: 'The answer was not valid: its MAC, its shape or its content.' },
  timeout: { code: '4021', meaning: 'No answer came in time.' },
  signature_refused: {
    code: '4351',
    meaning: 'The signature was refused, or the card refused after the approval.',
  },
} as const satisfies Record<string, ReversalReason>;

export type ReversalReasonName = keyof typeof REVERSAL_REASONS;
