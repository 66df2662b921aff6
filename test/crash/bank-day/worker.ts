/** The bank's process for one sitting: rounds and approvals until nothing moves. It kills itself with SIGKILL at the nth passage
 *  of a port's call, before it or after it, or of a part of a file that is being written; or somebody else kills it.
 *  Prints how many passages there were. */
import { bankDayWork, type WorkOrder } from './work.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as WorkOrder;
const passed = await bankDayWork(order, () => process.kill(process.pid, 'SIGKILL'));
process.stdout.write(`${JSON.stringify({ passed })}\n`);
