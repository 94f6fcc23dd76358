// Calls to /api/v1.

/** What the server refused, in its own words. */
export class APIError extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.name = 'APIError';
    this.status = status;
    this.code = code;
  }
}

/** No answer came: the line or the server is away. */
export class UnreachableError extends Error {}

/**
 * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method
 * @param {string} path below /api/v1
 * @param {object} [body]
 * @returns {Promise<any>} null for an answer without a body
 */
export async function call(method, path, body) {
  /** @type {RequestInit} */
  const request = {
    method, headers: { Accept: 'application/json', 'X-Requested-With': 'jieli' }, credentials: 'same-origin',
  };
  if (body !== undefined) {
    request.headers = { ...request.headers, 'Content-Type': 'application/json' };
    request.body = JSON.stringify(body);
  }
  const answer = await fetch(`/api/v1${path}`, request).catch(() => { throw new UnreachableError(path); });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  if (answer.status === 401 && path !== '/login') leaveForLogin();
  const problem = await answer.json().then((json) => json.error, () => null);
  throw new APIError(answer.status, problem?.code ?? 'unknown', problem?.message ?? `HTTP ${answer.status}`);
}

/** An ended session leads to the login page, and from there back here. */
export function leaveForLogin() {
  window.dispatchEvent(new Event('jieli-leaving'));
  const back = encodeURIComponent(window.location.pathname + window.location.search);
  window.location.assign(`/login?expired=1&next=${back}`);
}
