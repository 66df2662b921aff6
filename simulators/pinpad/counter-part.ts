/** The PIN pad as a part of the counter: the device, its memory on disk, its connectors and its page. */
import { join } from 'node:path';
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { Pty } from '../pty.ts';
import { fileStorage } from './file-storage.ts';
import { keepSerial, listenForTill } from './links.ts';
import type { PinPadConfig } from './pad-config.ts';
import { openPadPage } from './page-server.ts';
import { PinPadDevice } from './pin-pad-device.ts';

export interface PinPadPart {
  /** `pinPad` host:port, `pinPadPage` URL, `pinPadPty` path where there is one. */
  readonly addresses: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface PinPadPartPorts {
  readonly runtime: Runtime;
  readonly openPty: (path: string) => Promise<Pty>;
  readonly log: (entry: Readonly<Record<string, string | number>>) => void;
}

/** `data`: the folder its memory is kept in. */
export async function startPinPad(
  config: PinPadConfig,
  data: string,
  { runtime, openPty, log }: PinPadPartPorts,
): Promise<PinPadPart> {
  const device = new PinPadDevice(config, { storage: fileStorage(join(data, 'pin-pad.json')), runtime });
  const port = await listenForTill(device, config.host, config.port);
  const { pty } = config;
  // Without socat (Windows) the PIN pad still works over TCP; only its serial port is missing.
  const serial =
    pty === null
      ? null
      : await keepSerial(device, () => openPty(pty)).catch((error: unknown) => {
          log({ level: 'warn', event: 'serial_unavailable', device: 'pinpad', error: nameOf(error) });
          return null;
        });
  const page = await openPadPage(device, config.pageHost, config.pagePort, (error) =>
    log({ level: 'error', event: 'page_failed', device: 'pinpad', error: nameOf(error) }),
  );
  return {
    addresses: {
      pinPad: `${port.host}:${port.port}`,
      pinPadPage: `http://${config.pageHost}:${page.port}/`,
      ...(serial === null ? {} : { pinPadPty: serial.path }),
    },
    close: async () => {
      device.close();
      await Promise.all([port.close(), page.close(), serial?.close()]);
    },
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
