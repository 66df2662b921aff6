/** What the pages ask their server, as values: an answer, or why there is none. */

export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly facts: Readonly<Record<string, unknown>> };

export interface Requests {
  /** `unattended`: the page asks by itself and nobody has touched it, which keeps no session alive. */
  get<T>(path: string, unattended?: boolean): Promise<Reply<T>>;
  post<T>(path: string, body: unknown): Promise<Reply<T>>;
}

/** The part of the browser that is needed. */
export type Fetch = (path: string, options: RequestInit) => Promise<Response>;

export function requests(fetcher: Fetch): Requests {
  async function ask<T>(path: string, options: RequestInit): Promise<Reply<T>> {
    try {
      const response = await fetcher(path, { ...options, credentials: 'same-origin', cache: 'no-store' });
      const value: unknown = await response.json();
      if (response.ok) return { ok: true, value: value as T };
      const { code, facts } = value as { readonly code?: unknown; readonly facts?: Record<string, unknown> };
      return { ok: false, code: typeof code === 'string' ? code : 'INTERNAL', facts: facts ?? {} };
    } catch {
      return { ok: false, code: 'SERVER_UNREACHABLE', facts: {} };
    }
  }
  return {
    get: (path, unattended = false) =>
      ask(path, { method: 'GET', ...(unattended ? { headers: { 'x-amur-unattended': '1' } } : {}) }),
    post: (path, body) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}
