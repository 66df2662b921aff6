/** Where one is, kept in the address after `#`, so that a page can be sent to a colleague and Back goes back. */
import { useSyncExternalStore } from 'react';

export const ROOMS = [
  'today',
  'payments',
  'rates',
  'settlement',
  'reconciliation',
  'cards',
  'merchants',
  'terminals',
  'users',
  'journal',
] as const;
export type RoomName = (typeof ROOMS)[number];

export interface Route {
  readonly room: RoomName;
  /** What in the room is looked at. */
  readonly subject: string | null;
}

function listen(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(listen, () => window.location.hash));
}

export function routeOf(hash: string): Route {
  const [name = '', ...rest] = hash.replace(/^#\/?/, '').split('/');
  const room = ROOMS.find((one) => one === name) ?? 'today';
  const subject = rest.join('/');
  return { room, subject: room === name && subject !== '' ? decodeURIComponent(subject) : null };
}

export function addressOf(room: RoomName, subject?: string): string {
  return subject === undefined ? `#/${room}` : `#/${room}/${encodeURIComponent(subject)}`;
}
