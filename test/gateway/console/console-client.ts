/** A browser without a page, for tests of the server alone. */
import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  readonly body: Record<string, never> & { readonly [field: string]: never };
}

export class ConsoleClient {
  readonly #port: number;
  cookie = '';

  constructor(port: number) {
    this.#port = port;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#send('GET', path, undefined, headers);
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const own = { 'content-type': 'application/json', origin: `http://127.0.0.1:${this.#port}` };
    return this.#send('POST', path, JSON.stringify(body), { ...own, ...headers });
  }

  async signIn(name: string, password: string): Promise<Answer> {
    const answer = await this.post('/api/sign-in', { name, password });
    const [cookie] = (answer.headers['set-cookie'] ?? []) as readonly string[];
    this.cookie = cookie?.split(';')[0] ?? '';
    return answer;
  }

  #send(
    method: string,
    path: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const options = {
      host: '127.0.0.1',
      port: this.#port,
      path,
      method,
      headers: { cookie: this.cookie, ...headers },
    };
    return new Promise((resolve, reject) => {
      const sent = request(options, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          const isJson = String(response.headers['content-type']).startsWith('application/json');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            body: isJson ? JSON.parse(text) : {},
          });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
