/** Frames over the preload's bridge. The host lives and dies with the window, so the link is always up. */
import type { ScreenBridge } from '../../electron/contract/bridge.ts';
import type { FramePipe } from './terminal-connection.ts';

declare global {
  interface Window {
    readonly amur?: ScreenBridge;
  }
}

export function bridgePipe(bridge: ScreenBridge): FramePipe {
  return {
    post: (frame) => bridge.post(frame),
    onFrame: (listener) => {
      bridge.onFrame(listener);
    },
    onLink: (listener) => listener(true),
  };
}
