/** Who may do what on the operator's pages. The server asks this table before it does anything, and the pages ask it before
 *  they offer anything. That maker and checker are two persons is decided by the services, whatever the role. */

export const ROLES = ['operator', 'approver', 'auditor', 'partner'] as const;
export type Role = (typeof ROLES)[number];

/** `read`: what the acquirer sees of everybody. `read_own`: cycles, files and payments of one's own bank. */
export type Act =
  | 'read'
  | 'read_own'
  | 'journal'
  | 'cycle.calculate'
  | 'cycle.approve'
  | 'exception.propose'
  | 'exception.approve'
  | 'rate.propose'
  | 'rate.decide'
  | 'matter.propose'
  | 'matter.decide'
  | 'terminal.issue'
  | 'terminal.revoke'
  | 'users'
  | 'user.disable';

const MAKES: readonly Act[] = [
  'read',
  'read_own',
  'cycle.calculate',
  'exception.propose',
  'rate.propose',
  'matter.propose',
];

/** An approver may propose too, but never decides on what it proposed itself. */
export const ACTS: Readonly<Record<Role, readonly Act[]>> = {
  operator: [...MAKES, 'terminal.issue', 'terminal.revoke'],
  approver: [
    ...MAKES,
    'journal',
    'users',
    'user.disable',
    'cycle.approve',
    'exception.approve',
    'rate.decide',
    'matter.decide',
  ],
  auditor: ['read', 'read_own', 'journal', 'users'],
  partner: ['read_own'],
};

export function mayDo(role: Role, act: Act): boolean {
  return ACTS[role].includes(act);
}
