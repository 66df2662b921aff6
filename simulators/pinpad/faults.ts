/** What can go wrong with the device, by name. `slow` and `dead` stand until they are switched off; the others happen once,
 *  with the next reply. */
export const PAD_FAULTS = [
  'slow',
  'dead',
  'lose_next_reply',
  'drop_mid_frame',
  'garbage',
  'corrupt_reply',
  'disconnect_before_reply',
  'reboot_before_reply',
] as const;
export type PadFault = (typeof PAD_FAULTS)[number];

export function isPadFault(name: unknown): name is PadFault {
  return PAD_FAULTS.some((fault) => fault === name);
}
