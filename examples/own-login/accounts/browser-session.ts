import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import type { Config } from '../config.js';
import type { Database } from '../database/database.js';
import { SessionStore } from './session-store.js';
import type { User } from './users.js';

declare module 'express-session' {
  interface SessionData {
    userId?: string;
    /** When the password was entered, in seconds since 1970. */
    signedInAt?: number;
  }
}

const aWeekMs = 7 * 24 * 3600 * 1000;

/** The session cookie of the app. */
export function browserSession(database: Database, config: Config): RequestHandler {
  const secure = config.publicUrl.protocol === 'https:';
  return session({
    store: new SessionStore(database),
    secret: [...config.cookieSecrets],
    // Browsers accept a cookie with this name only over https, and for this host alone.
    name: secure ? '__Host-session' : 'session',
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure, maxAge: aWeekMs },
  });
}

/** Begins a session for a user. It gets a new id, so that an attacker cannot have prepared it. */
export async function beginSession(request: Request, user: User): Promise<void> {
  await settled((done) => request.session.regenerate(done));
  request.session.userId = user.id;
  request.session.signedInAt = Math.floor(Date.now() / 1000);
  await settled((done) => request.session.save(done));
}

/** Ends the session of this browser. */
export function endSession(request: Request): Promise<void> {
  return settled((done) => request.session.destroy(done));
}

function settled(start: (done: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error === null || error === undefined) resolve();
      else reject(new Error('The session could not be kept', { cause: error }));
    });
  });
}
