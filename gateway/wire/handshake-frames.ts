/** The frames before a link is up, and the two of enrolment: challenge, proof, welcome; request and reply of POST /enrol. */
import type { Static } from 'typebox';
import type { AmurError } from '../kernel/errors.ts';
import { type Checked, checkerOf, type JsonObject, readObject, refuse, versionError } from './frame-text.ts';
import { parseReply } from './frames.ts';
import {
  ChallengeFrame,
  EnrolReply,
  EnrolRequest,
  type MerchantWire,
  ProofFrame,
  WelcomeFrame,
  WIRE_VERSION,
} from './messages.ts';

export type Challenge = Static<typeof ChallengeFrame>['challenge'];
export type Proof = Static<typeof ProofFrame>['proof'];
export type Welcome = Static<typeof WelcomeFrame>['welcome'];
export type EnrolmentRequest = Static<typeof EnrolRequest>;
export type EnrolmentReply = Static<typeof EnrolReply>;

const challengeFrame = checkerOf(ChallengeFrame);
const proofFrame = checkerOf(ProofFrame);
const welcomeFrame = checkerOf(WelcomeFrame);
const enrolRequest = checkerOf(EnrolRequest);
const enrolReply = checkerOf(EnrolReply);

/** A handshake frame and a request of enrolment are far smaller than a message may be. */
export const HANDSHAKE_BYTES_MAX = 4_096;

/** All of these answer MESSAGE_TOO_LARGE, MESSAGE_VERSION_UNSUPPORTED or MESSAGE_MALFORMED for what is not theirs. */
export function parseProof(frame: string | Uint8Array): Checked<Proof> {
  return parseWith(frame, proofFrame, (value) => (value as Static<typeof ProofFrame>).proof);
}

export function parseEnrolRequest(text: string | Uint8Array): Checked<EnrolmentRequest> {
  return parseWith(text, enrolRequest, (value) => value as EnrolmentRequest);
}

/** A refusal of the gateway comes back as its error, whichever frame was due. */
export function parseChallenge(frame: string | Uint8Array): Checked<Challenge> {
  return (
    refusalIn(frame) ??
    parseWith(frame, challengeFrame, (value) => (value as Static<typeof ChallengeFrame>).challenge)
  );
}

export function parseWelcome(frame: string | Uint8Array): Checked<Welcome> {
  return (
    refusalIn(frame) ??
    parseWith(frame, welcomeFrame, (value) => (value as Static<typeof WelcomeFrame>).welcome)
  );
}

export function parseEnrolReply(text: string | Uint8Array): Checked<EnrolmentReply> {
  return refusalIn(text) ?? parseWith(text, enrolReply, (value) => value as EnrolmentReply);
}

function parseWith<T>(
  frame: string | Uint8Array,
  check: (value: unknown, at: string) => AmurError | null,
  take: (value: JsonObject) => T,
): Checked<T> {
  const read = readObject(frame, HANDSHAKE_BYTES_MAX);
  if (!read.ok) return read;
  const error = versionError(read.value) ?? check(read.value, '');
  return error === null ? { ok: true, value: take(read.value) } : refuse(error);
}

function refusalIn(frame: string | Uint8Array): { readonly ok: false; readonly error: AmurError } | null {
  const reply = parseReply(frame);
  return reply.ok && !reply.value.outcome.ok ? refuse(reply.value.outcome.error) : null;
}

export function buildChallenge(challenge: Challenge): string {
  return JSON.stringify({ v: WIRE_VERSION, challenge });
}

export function buildProof(proof: Proof): string {
  return JSON.stringify({ v: WIRE_VERSION, proof });
}

export function buildWelcome(welcome: Welcome): string {
  return JSON.stringify({ v: WIRE_VERSION, welcome });
}

export function buildEnrolRequest(request: Omit<EnrolmentRequest, 'v'>): string {
  return JSON.stringify({ v: WIRE_VERSION, ...request });
}

export function buildEnrolReply(reply: {
  readonly tid: string;
  readonly merchant: MerchantWire;
  readonly gateway: string;
}): string {
  return JSON.stringify({ v: WIRE_VERSION, ...reply });
}
