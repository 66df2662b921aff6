/** The proof that a template balances: with the inputs as symbols, debits less credits is the zero form in each currency.
 *  What holds for the symbols holds for every amount. */
import type { Template } from './template.ts';

/** What is wrong with a template, in sentences; none when it is proved. */
export function templateFaults(template: Template): readonly string[] {
  const faults: string[] = [];
  const net = new Map<string, bigint>();
  for (const [index, line] of template.lines.entries()) {
    const roles = new Set<string>();
    for (const [input, coefficient] of Object.entries(line.amount)) {
      const role = template.inputs[input];
      if (role === undefined) {
        faults.push(`Line ${index} uses ${input}, which is not an input.`);
        continue;
      }
      roles.add(role);
      const key = `${role} ${input}`;
      net.set(key, (net.get(key) ?? 0n) + (line.side === 'debit' ? coefficient : -coefficient));
    }
    if (roles.size !== 1) faults.push(`Line ${index} is not in exactly one currency.`);
  }
  for (const [key, coefficient] of net) {
    if (coefficient !== 0n) faults.push(`Debits exceed credits by ${coefficient} x ${key}.`);
  }
  for (const input of Object.keys(template.inputs)) {
    if (!template.lines.some((line) => input in line.amount)) faults.push(`Input ${input} is not booked.`);
  }
  return faults;
}
