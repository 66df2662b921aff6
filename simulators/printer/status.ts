/** The status bytes a printer sends. Source: ESC/POS DLE EOT, GS a (ASB), GS r and GS I descriptions. */

export interface PrinterCondition {
  readonly coverOpen: boolean;
  readonly paper: 'ok' | 'near_end' | 'end';
  /** Taken off line by hand or by a fault. */
  readonly offline: boolean;
  readonly cutterError: boolean;
  readonly drawerOpen: boolean;
}

export function isBlocked(condition: PrinterCondition): boolean {
  return condition.coverOpen || condition.paper === 'end' || condition.offline || condition.cutterError;
}

/** Bits 1 and 4 are always set in these. */
const FIXED = 0x12;
const flag = (on: boolean, bit: number): number => (on ? bit : 0);

/** `DLE EOT n`, n from 1 to 4: printer, cause of being off line, cause of error, paper sensors. */
export function statusByte(which: number, condition: PrinterCondition): number {
  const { paper } = condition;
  switch (which) {
    case 1:
      return FIXED | flag(condition.drawerOpen, 0x04) | flag(isBlocked(condition), 0x08);
    case 2:
      return (
        FIXED |
        flag(condition.coverOpen, 0x04) |
        flag(paper === 'end', 0x20) |
        flag(condition.cutterError, 0x40)
      );
    case 3:
      return FIXED | flag(condition.cutterError, 0x08);
    default:
      return FIXED | flag(paper !== 'ok', 0x0c) | flag(paper === 'end', 0x60);
  }
}

/** The four bytes of automatic status back. */
export function statusBackBytes(condition: PrinterCondition): Uint8Array {
  return Uint8Array.of(
    0x10 |
      flag(condition.drawerOpen, 0x04) |
      flag(isBlocked(condition), 0x08) |
      flag(condition.coverOpen, 0x20),
    flag(condition.cutterError, 0x08),
    flag(condition.paper !== 'ok', 0x03) | flag(condition.paper === 'end', 0x0c),
    0x00,
  );
}

/** Which of the `GS a` classes changed: 1 drawer, 2 on or off line, 4 error, 8 paper. */
export function changedClasses(before: PrinterCondition, after: PrinterCondition): number {
  return (
    flag(before.drawerOpen !== after.drawerOpen, 1) |
    flag(isBlocked(before) !== isBlocked(after) || before.coverOpen !== after.coverOpen, 2) |
    flag(before.cutterError !== after.cutterError, 4) |
    flag(before.paper !== after.paper, 8)
  );
}

/** `GS r n`: 1 paper sensors, 2 drawer. */
export function statusInTurnByte(which: number, condition: PrinterCondition): number | null {
  if (which === 1) return flag(condition.paper !== 'ok', 0x03) | flag(condition.paper === 'end', 0x0c);
  return which === 2 ? flag(condition.drawerOpen, 0x01) : null;
}

const NAMES: Readonly<Record<number, string>> = {
  65: '1.00',
  66: 'AMUR',
  67: 'AM-SIM',
  68: '00000001',
  69: 'GB18030',
};

/** `GS I n`: a number for 1 to 3, a text in `_...NUL` from 65 on. */
export function identityBytes(which: number): Uint8Array | null {
  const id = which % 48;
  if (which < 65 && id >= 1 && id <= 3) return Uint8Array.of([0x20, 0x02, 0x01][id - 1] ?? 0);
  const name = NAMES[which];
  return name === undefined ? null : Buffer.from(`_${name}\0`, 'latin1');
}
