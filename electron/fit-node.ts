/** Imported first by every entry, so that an unfit Node is refused before any other module runs. */
import { requireNode } from '../gateway/kernel/node-version.ts';

requireNode();
