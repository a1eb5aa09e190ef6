import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';

const cookieName = 'notes_session';
const lifeMs = 24 * 3600 * 1000;

/**
 * The app's own sign-in, which its page uses: a signed cookie with the user's name. It accepts any name, like the authorization server
 * for development. examples/own-login has passwords.
 */
export class SignIns {
  readonly #secret: Buffer | string;

  /**
   * @param secret - signs the cookies; the same one in all processes of an app. Without it, cookies end with the process.
   */
  constructor(secret: Buffer | string = randomBytes(32)) {
    this.#secret = secret;
  }

  begin(response: Response, name: string): void {
    const content = Buffer.from(JSON.stringify({ name, until: Date.now() + lifeMs })).toString('base64url');
    // "strict" keeps the cookie away from requests that other sites make.
    const options = { httpOnly: true, sameSite: 'strict', maxAge: lifeMs } as const;
    response.cookie(cookieName, `${content}.${this.#sign(content).toString('base64url')}`, options);
  }

  end(response: Response): void {
    response.clearCookie(cookieName, { httpOnly: true, sameSite: 'strict' });
  }

  /** @returns the name of the signed-in user, or undefined */
  userOf(request: Request): string | undefined {
    const [, content = '', signature = ''] =
      /(?:^|; )notes_session=([\w-]+)\.([\w-]{43})(?:;|$)/.exec(request.headers.cookie ?? '') ?? [];
    const given = Buffer.from(signature, 'base64url');
    const expected = this.#sign(content);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const { name, until } = JSON.parse(Buffer.from(content, 'base64url').toString()) as Record<'name', string> &
      Record<'until', number>;
    return until > Date.now() ? name : undefined;
  }

  #sign(content: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${cookieName} ${content}`).digest();
  }
}
