/** A page as a browser without scripts sees it. */
export interface BrowserPage {
  readonly url: URL;
  readonly status: number;
  readonly html: string;
}

/** Fields of a form. */
export type Fields = Readonly<Record<string, readonly string[] | string>>;

const maxRedirects = 20;

/** A browser without scripts: it keeps cookies, follows redirects and sends forms. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  readonly #origin: string;

  /** @param origin - of the app; the first address elsewhere ends a visit */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Opens an address and follows redirects. */
  open(address: URL | string): Promise<BrowserPage> {
    return this.#follow(new URL(address, this.#origin), undefined);
  }

  /** Sends a form to a path of the app. */
  send(address: URL | string, fields: Fields, headers: Readonly<Record<string, string>> = {}): Promise<BrowserPage> {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
    return this.#follow(new URL(address, this.#origin), form, { origin: this.#origin, ...headers });
  }

  async #follow(
    start: URL,
    firstForm: URLSearchParams | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<BrowserPage> {
    let url = start;
    let form = firstForm;
    for (let step = 0; step < maxRedirects; step++) {
      const response = await fetch(url, {
        method: form === undefined ? 'GET' : 'POST',
        headers: { ...headers, cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        redirect: 'manual',
        ...(form === undefined ? {} : { body: form }),
      });
      this.#keepCookies(response);
      const html = await response.text();
      const location = response.headers.get('location');
      if (location === null) return { url, status: response.status, html };
      url = new URL(location, url);
      form = undefined;
      // The client's redirect URL, which has no listener.
      if (url.origin !== this.#origin) return { url, status: response.status, html: '' };
    }
    throw new Error(`Still at ${url.href} after ${String(maxRedirects)} redirects`);
  }

  #keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}

/** A user of the app with a browser. */
export class Visitor {
  readonly browser: Browser;
  readonly name: string;
  readonly password = 'correct horse battery';
  /** Consent pages that the user has seen. */
  readonly consents: BrowserPage[] = [];
  /** Scopes that the user unticks. */
  refuses: readonly string[] = [];

  constructor(origin: string, name: string) {
    this.browser = new Browser(origin);
    this.name = name;
  }

  signUp(): Promise<BrowserPage> {
    return this.browser.send('/sign-up', { name: this.name, password: this.password });
  }

  /** Opens the address for a client's user, signs in if asked, and agrees. Returns the client's redirect URL. */
  async authorize(start: URL): Promise<URL> {
    let page = await this.browser.open(start);
    if (page.url.pathname === '/sign-in') {
      page = await this.browser.send(page.url, { name: this.name, password: this.password });
    }
    while (page.url.pathname.startsWith('/oauth/consent/')) {
      this.consents.push(page);
      const scopes = [...page.html.matchAll(/name="scope" value="([^"]*)"/g)].map(([, scope = '']) => scope);
      const scope = scopes.filter((one) => !this.refuses.includes(one));
      page = await this.browser.send(page.url, { decision: 'allow', scope });
    }
    if (page.url.origin === start.origin) throw new Error(`${page.url.href}: ${String(page.status)} ${page.html}`);
    return page.url;
  }
}
