// What a check is.
import { isDeepStrictEqual } from 'node:util';

const LIMIT = 15_000;

/** The value of a promise, if it comes in time. */
export async function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing came in ${LIMIT / 1000} s`)), LIMIT);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function expect(condition, what) {
  if (!condition) throw new Error(what);
}

export function equal(actual, expected, what) {
  expect(isDeepStrictEqual(actual, expected), `${what}:\n  got      ${JSON.stringify(actual)}\n  expected ${JSON.stringify(expected)}`);
}

/** What somebody throws who should. */
export async function thrown(promise, what) {
  try {
    await within(promise, what);
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: it was not refused`);
}
