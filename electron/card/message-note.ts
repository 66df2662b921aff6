/** A card message by what names it, for the journal: no content, no card. */
import type { IsoMessage } from '../../gateway/iso8583/message.ts';

export interface MessageNote {
  readonly mti: string;
  readonly stan: string;
  readonly transmittedAt: string;
  readonly processingCode: string | null;
  readonly responseCode: string | null;
  readonly rrn: string | null;
}

export function noteOf(message: IsoMessage): MessageNote {
  const text = (de: number): string | null => {
    const value = message.fields[de];
    return typeof value === 'string' ? value : null;
  };
  return {
    mti: message.mti,
    stan: text(11) ?? '',
    transmittedAt: text(7) ?? '',
    processingCode: text(3),
    responseCode: text(39),
    rrn: text(37),
  };
}

export const UNREADABLE: MessageNote = {
  mti: '',
  stan: '',
  transmittedAt: '',
  processingCode: null,
  responseCode: null,
  rrn: null,
};
