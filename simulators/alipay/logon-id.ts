/** A buyer's logon name as the platform tells it to merchants: `138****0022`, `wan***@example.cn`. What is masked already
 *  stays as it is. */
export function maskedLogonId(logonId: string): string {
  if (logonId.includes('***')) return logonId;
  const at = logonId.lastIndexOf('@');
  if (at < 0) return logonId.length < 8 ? '****' : `${logonId.slice(0, 3)}****${logonId.slice(-4)}`;
  const shown = Math.min(3, Math.max(0, at - 1));
  return `${logonId.slice(0, shown)}***${logonId.slice(at)}`;
}
