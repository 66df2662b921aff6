/** Reads a gateway request: system parameters, signature, then biz_content. Refuses in the gateway's own codes.
 *  Source  Open Platform, common parameters (names and lengths) and gateway result codes */
import type { KeyObject } from 'node:crypto';
import { gatewayFailure, nodeName, type ReplyNode } from './reply.ts';
import { METHODS, type Method } from './scenarios.ts';
import { verifyRequest } from './signing.ts';

export interface GatewayCall {
  readonly method: Method;
  readonly biz: BizContent;
  readonly notifyUrl: string | null;
}

export interface GatewayRefusal {
  readonly nodeName: string;
  readonly node: ReplyNode;
}

export type ReadRequest =
  | { readonly ok: true; readonly call: GatewayCall }
  | { readonly ok: false; readonly refusal: GatewayRefusal };

export interface RequestTerms {
  readonly appId: string;
  readonly merchantPublicKey: KeyObject;
}

/** The business parameters; every reader answers null when the field is absent. */
export class BizContent {
  readonly #fields: Readonly<Record<string, unknown>>;
  /** A field of the wrong type or length was read: the request is invalid. */
  malformed = false;

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  text(name: string, maxLength: number): string | null {
    const value = this.#fields[name];
    if (value === undefined || value === null || value === '') return null;
    if (typeof value === 'string' && value.length <= maxLength) return value;
    this.malformed = true;
    return null;
  }

  /** Letters, digits and underscores: order numbers. */
  number(name: string): string | null {
    const value = this.text(name, 64);
    if (value === null || /^[0-9A-Za-z_-]+$/.test(value)) return value;
    this.malformed = true;
    return null;
  }

  /** Equal for equal parameters whatever their order; the payment code is not part of an order's identity. */
  fingerprint(method: Method): string {
    const { auth_code: _code, ...rest } = this.#fields;
    return `${method} ${canonical(rest)}`;
  }
}

const REQUIRED: readonly (readonly [string, number, string])[] = [
  ['method', 128, 'isv.missing-method'],
  ['app_id', 32, 'isv.missing-app-id'],
  ['sign', 1024, 'isv.missing-signature'],
  ['sign_type', 10, 'isv.missing-signature-type'],
  ['charset', 10, 'isv.missing-charset'],
  ['timestamp', 19, 'isv.missing-timestamp'],
  ['version', 3, 'isv.missing-version'],
];

export function readRequest(params: ReadonlyMap<string, string>, terms: RequestTerms): ReadRequest {
  const method = params.get('method') ?? '';
  const known = METHODS.find((name) => name === method);
  const name = /^[a-z][a-z.]{0,127}$/.test(method) ? nodeName(method) : 'error_response';
  const refuse = (code: string, subCode: string, message: string): ReadRequest => ({
    ok: false,
    refusal: { nodeName: name, node: gatewayFailure(code, subCode, message) },
  });
  for (const [field, maxLength, subCode] of REQUIRED) {
    const value = params.get(field) ?? '';
    if (value === '') return refuse('40001', subCode, `缺少参数 ${field}`);
    if (value.length > maxLength) return refuse('40002', 'isv.invalid-parameter', `参数 ${field} 过长`);
  }
  const fault = systemFault(params, terms);
  if (fault !== null) return refuse(...fault);
  if (known === undefined) return refuse('40006', 'isv.insufficient-isv-permissions', 'ISV权限不足');
  const content = params.get('biz_content') ?? '';
  if (content === '') return refuse('40001', 'isv.missing-parameter', '缺少参数 biz_content');
  const fields = jsonObject(content);
  if (fields === null) return refuse('40002', 'isv.invalid-parameter', 'biz_content 不是合法的 JSON');
  const notifyUrl = params.get('notify_url') ?? '';
  if (notifyUrl.length > 256) return refuse('40002', 'isv.invalid-parameter', '参数 notify_url 过长');
  return {
    ok: true,
    call: { method: known, biz: new BizContent(fields), notifyUrl: notifyUrl === '' ? null : notifyUrl },
  };
}

function systemFault(
  params: ReadonlyMap<string, string>,
  terms: RequestTerms,
): readonly [string, string, string] | null {
  if (params.get('app_id') !== terms.appId) return ['40002', 'isv.invalid-app-id', '无效的AppID参数'];
  if ((params.get('charset') ?? '').toLowerCase() !== 'utf-8')
    return ['40002', 'isv.invalid-charset', '字符集不支持'];
  if (params.get('sign_type') !== 'RSA2') return ['40002', 'isv.invalid-signature-type', '无效的签名类型'];
  if (params.get('version') !== '1.0') return ['40002', 'isv.invalid-version', '无效的版本'];
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(params.get('timestamp') ?? ''))
    return ['40002', 'isv.invalid-timestamp', '非法的时间戳参数'];
  const format = params.get('format') ?? 'JSON';
  if (format.toUpperCase() !== 'JSON') return ['40002', 'isv.invalid-format', '无效的数据格式'];
  if (!verifyRequest(params, terms.merchantPublicKey))
    return ['40002', 'isv.invalid-signature', '验签出错，请检查签名字符串或签名私钥'];
  return null;
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    if (deeperThan(value, GREATEST_DEPTH)) return null;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

/** No order nests deeper; a hostile one must not exhaust the stack. */
const GREATEST_DEPTH = 12;

function deeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => deeperThan(inner, depth - 1));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}
