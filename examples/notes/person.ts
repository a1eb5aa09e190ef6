/** The actions of a person on the pages of an authorization server. */
export interface PersonOptions {
  /** Name to sign in with. */
  readonly name: string;
  /** Scopes that the person does not agree to. */
  readonly refuses?: readonly string[];
  /** Whether the person denies everything. */
  readonly deniesAll?: boolean;
  /** Receives every page and every address on the way. */
  readonly onStep?: (step: PersonStep) => void;
}

/** One step in the person's browser. */
export interface PersonStep {
  readonly url: URL;
  readonly title: string | undefined;
  readonly scopes: readonly string[];
  /** The whole page. */
  readonly html: string;
}

const maxSteps = 20;

/**
 * A person with a browser: keeps cookies, follows redirects, signs in, and agrees to the scopes. It replaces the user of the demo and
 * of the tests; the servers that it visits are real.
 */
export class Person {
  readonly #options: PersonOptions;
  readonly #cookies = new Map<string, string>();

  constructor(options: PersonOptions) {
    this.#options = options;
  }

  /**
   * Opens an authorization URL and continues until the browser is sent back to the client.
   *
   * @param start - the authorization URL
   * @returns the client's redirect URL, with the code or the error in the query
   */
  async visit(start: URL): Promise<URL> {
    let url = start;
    let form: URLSearchParams | undefined;
    for (let step = 0; step < maxSteps; step++) {
      const response = await this.#open(url, form);
      const location = response.headers.get('location');
      if (location !== null) {
        await response.body?.cancel();
        url = new URL(location, url);
        form = undefined;
        if (url.origin !== start.origin) return url;
      } else {
        form = this.#fillIn(url, await response.text(), response.status);
      }
    }
    throw new Error(`Still at ${url.href} after ${String(maxSteps)} steps`);
  }

  /** Opens a page, follows redirects, and returns its text. */
  async look(url: URL, form?: Readonly<Record<string, string>>): Promise<string> {
    const response = await this.#open(url, form === undefined ? undefined : new URLSearchParams(form));
    const location = response.headers.get('location');
    return location === null ? response.text() : this.look(new URL(location, url));
  }

  async #open(url: URL, form: URLSearchParams | undefined): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: cookie === '' ? {} : { cookie },
      redirect: 'manual',
      ...(form === undefined ? {} : { body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  #fillIn(url: URL, html: string, status: number): URLSearchParams {
    const title = /<title>(.*?)<\/title>/.exec(html)?.[1];
    if (status !== 200 || !html.includes('<form')) throw new Error(`${url.href} shows no form: ${html.slice(0, 300)}`);
    const scopes = [...html.matchAll(/name="scope" value="([^"]*)"/g)].map(([, scope = '']) => scope);
    this.#options.onStep?.({ url, title, scopes, html });
    const { deniesAll = false, name, refuses = [] } = this.#options;
    const form = new URLSearchParams({ account: name, decision: deniesAll ? 'deny' : 'allow' });
    for (const scope of scopes) if (!refuses.includes(scope)) form.append('scope', scope);
    return form;
  }
}
