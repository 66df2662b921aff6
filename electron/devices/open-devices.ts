/** Opens the devices a counter is configured with. The only place of the terminal that knows a driver. */

import type { Transport } from '../../drivers/contract/device.ts';
import type { ReceiptPrinter } from '../../drivers/contract/printer.ts';
import { openNoFiscalRegister } from '../../drivers/fiscal/none.ts';
import { openPinPad } from '../../drivers/pinpad/serial-pin-pad.ts';
import { openEscposPrinter } from '../../drivers/printer/escpos-printer.ts';
import { printerProfile } from '../../drivers/printer/profile.ts';
import { openSerialScanner } from '../../drivers/scanner/serial-scanner.ts';
import { openSerialTransport } from '../../drivers/transport/serial.ts';
import { openTcpTransport } from '../../drivers/transport/tcp.ts';
import type { Runtime } from '../../gateway/kernel/time.ts';
import { withoutHan } from '../receipt/without-han.ts';
import type { TillDevices } from '../till/till.ts';
import type { DeviceConfig, PinPadConfig, PrinterConfig } from './device-config.ts';

/** A device that is not there is no error: it is `absent` and opens when it comes.
 *  Errors  DriverError PROFILE_INVALID, before anything is opened. */
export function openDevices(config: DeviceConfig, runtime: Runtime): TillDevices {
  const { printer = null, scanner = null, pinPad = null } = config;
  return {
    printer: printer === null ? null : openPrinter(printer, runtime),
    scanner:
      scanner === null
        ? null
        : openSerialScanner(
            openSerialTransport({ address: { path: scanner.path }, baudRate: scanner.baudRate }, runtime),
            runtime,
          ),
    pinPad: pinPad === null ? null : openPinPad({ transport: openTransport(pinPad, runtime), runtime }),
    fiscal: openNoFiscalRegister(),
  };
}

export async function closeDevices(devices: TillDevices): Promise<void> {
  await Promise.all([
    devices.printer?.close(),
    devices.scanner?.close(),
    devices.pinPad?.close(),
    devices.fiscal.close(),
  ]);
}

function openPrinter(config: PrinterConfig, runtime: Runtime): ReceiptPrinter {
  const profile = printerProfile(config.profile);
  const printer = openEscposPrinter(openTransport(config, runtime), profile, runtime);
  return profile.hanRom ? printer : printingWithoutHan(printer);
}

/** A shop whose printer has no Chinese gets its papers in Russian, not none at all. */
function printingWithoutHan(printer: ReceiptPrinter): ReceiptPrinter {
  return {
    get state() {
      return printer.state;
    },
    get status() {
      return printer.status;
    },
    print: (doc) => printer.print(withoutHan(doc)),
    openDrawer: () => printer.openDrawer(),
    onState: (listener) => printer.onState(listener),
    onStatus: (listener) => printer.onStatus(listener),
    onFirstByte: (listener) => printer.onFirstByte(listener),
    close: () => printer.close(),
  };
}

function openTransport(config: PrinterConfig | PinPadConfig, runtime: Runtime): Transport {
  return config.transport === 'tcp'
    ? openTcpTransport({ host: config.host, port: config.port }, runtime)
    : openSerialTransport({ address: { path: config.path }, baudRate: config.baudRate }, runtime);
}
