/** Refunds pass the fiscal register like sales. Those made before this have none of it and stay null. */
export const RETURNS_002 = `
ALTER TABLE refunds ADD COLUMN fiscal_state TEXT
  CHECK (fiscal_state IN ('pending', 'registered', 'not_required', 'failed', 'unknown'));
ALTER TABLE refunds ADD COLUMN fiscal_json TEXT;
CREATE INDEX refunds_awaiting_fiscal ON refunds (fiscal_state) WHERE fiscal_state = 'pending';
CREATE INDEX sales_awaiting_fiscal ON sales (fiscal_state) WHERE fiscal_state = 'pending';
`;
