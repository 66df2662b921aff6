/** Carries out one command of the host and answers it once, at once or when the customer has done his part. */
import type { PinPadIdentity } from '../../drivers/contract/pin-pad.ts';
import { unreachable } from '../../gateway/kernel/errors.ts';
import { tlv } from './ber.ts';
import type { PadEngine } from './engine.ts';
import type { StepDone } from './pad-steps.ts';
import { PadRefusal } from './refusal.ts';
import type { Vault } from './vault.ts';
import type { HostCommand } from './wire-commands.ts';
import {
  authorisationObject,
  cardReadObject,
  completionObject,
  doneReply,
  endedReply,
  identityObject,
  lastObject,
  pinObject,
  promptObject,
  refusedReply,
} from './wire-replies.ts';

export interface PadParts {
  readonly engine: PadEngine;
  readonly vault: Vault;
  readonly identity: () => PinPadIdentity;
}

type Answer = (reply: Buffer) => void;

export function runCommand(parts: PadParts, command: HostCommand, answer: Answer): void {
  try {
    carryOut(parts, command, answer);
  } catch (error) {
    if (!(error instanceof PadRefusal)) throw error;
    answer(refusedReply(error.reason));
  }
}

function carryOut({ engine, vault, identity }: PadParts, command: HostCommand, answer: Answer): void {
  switch (command.kind) {
    case 'open':
    case 'identify':
      answer(doneReply(identityObject(identity()), promptObject(engine.face.prompt)));
      return;
    case 'read':
      engine.read(command, step(answer, cardReadObject));
      return;
    case 'authorise':
      engine.authorise(command, step(answer, authorisationObject));
      return;
    case 'reenterPin':
      engine.reenterPin(command.transactionId, step(answer, pinObject));
      return;
    case 'complete':
      engine.complete(command, step(answer, completionObject));
      return;
    case 'reversal':
      engine.reversal(command.transactionId);
      answer(doneReply());
      return;
    case 'last':
      answer(doneReply(vault.last === null ? null : lastObject(vault.last)));
      return;
    case 'abort':
      engine.abort();
      answer(doneReply());
      return;
    case 'display':
      engine.display(command.text);
      answer(doneReply());
      return;
    case 'nextMacKsn':
      answer(doneReply(tlv('DF41', vault.issueMacKsn())));
      return;
    case 'mac':
      answer(doneReply(tlv('DF0B', vault.mac(command.ksn, command.message))));
      return;
    case 'verifyMac': {
      const right = vault.verifyMac(command.ksn, command.message, command.mac);
      answer(doneReply(tlv('DF0C', right ? '01' : '00')));
      return;
    }
    case 'loadKey':
      vault.loadKey(command.keyBlock, command.checkValue);
      answer(doneReply());
      return;
    default:
      unreachable(command);
  }
}

function step<T>(answer: Answer, object: (value: T) => Buffer): StepDone<T> {
  return (result) => {
    if (result.kind === 'done') answer(doneReply(object(result.value)));
    else answer(result.kind === 'ended' ? endedReply(result) : refusedReply(result.reason));
  };
}
