/** Every screen there is, as the scan table must know them. */
import type { ScreenName } from '../../../electron/contract/view.ts';
import { SCAN_RULES } from '../../../electron/sale/scan-rules.ts';

export const SCREEN_NAMES = Object.keys(SCAN_RULES) as ScreenName[];
