/** The built screens under `app://amur/`, with the policy on every answer. */
import { type ScreenFile, screenFiles } from '../screens/screen-files.ts';
import { screenHeaders } from '../screens/screen-headers.ts';
import { APP_ORIGIN, APP_SCHEME } from './lockdown.ts';
import type { ShellElectron } from './shell-electron.ts';

/** Before the application is ready, as Electron demands. */
export function registerAppScheme(protocol: ShellElectron['protocol']): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function serveApp(session: Electron.Session, rendererDir: string): void {
  const files = screenFiles(rendererDir);
  session.protocol.handle(APP_SCHEME, (request) => appResponse(request, files));
}

export function appResponse(request: Request, files: ReadonlyMap<string, ScreenFile>): Response {
  const url = new URL(request.url);
  const file = `${url.protocol}//${url.host}` === APP_ORIGIN ? files.get(url.pathname) : undefined;
  const headers = screenHeaders("'self'");
  if (file === undefined || request.method !== 'GET') return new Response('', { status: 404, headers });
  return new Response(new Uint8Array(file.read()), { headers: { ...headers, 'content-type': file.type } });
}
