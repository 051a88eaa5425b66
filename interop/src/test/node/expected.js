// What the suites expect of each answer, in one place.
import assert from 'node:assert/strict';

const ALIASES = {
  'request.id': 'x-request-id',
  'user.id': 'x-user-id',
  'tenant.id': 'x-tenant-id',
  'session.id': 'x-session-id',
};
const TRACESTATE = 'vendor=1'; // what telemetry.js gives each trace

/** Every value that a header has trouble with, each in another place. */
export const awkward = {
  'request.id': 'r-1',
  'user.id': 'Zoë 🚚 漢字',
  'tenant.id': 'a+b c',
  'session.id': 'x,y;z=1',
  percent: '100% %41 %zz %',
  empty: '',
  quotes: '"\\ \'',
  spaces: '  two  ',
  controls: 'tab\tline\r\nuser.id=root',
  unicode: 'é=e\u0301, \u00a0, \uffff',
};

/** 64 members, which is as many as everybody must take. */
export function many() {
  const entries = { 'request.id': 'r-64', 'user.id': 'u-64' };
  for (let i = Object.keys(entries).length; i < 64; i++) {
    entries[`member-${i}`] = `value ${i}`;
  }
  return entries;
}

/** The service saw what was sent, in the caller's trace, logged it, and sent it on. */
export function assertCarried(answer, traceId, entries) {
  assert.deepEqual(answer.entries, entries);
  assert.equal(answer.requestId, entries['request.id']);
  assert.equal(answer.traceId, traceId);
  assert.equal(answer.log.length, 1);
  assert.ok(answer.log[0].includes(answer.requestId), answer.log[0]);
  assertReceived(answer.outbound, traceId, entries);
}

/** These are the headers that a destination in zone OWN gets of such a request. */
export function assertReceived(headers, traceId, entries) {
  const [line, ...more] = values(headers, 'baggage');
  assert.deepEqual(more, []);
  assert.deepEqual(members(line), entries);
  assertTrace(headers, traceId, [TRACESTATE]);
  for (const [field, alias] of Object.entries(ALIASES)) {
    const value = entries[field];
    // A value that is no plain header text, or that reads as two, is left out of the legacy header.
    const plain = value && /^[!-~]([ -~]*[!-~])?$/.test(value) && !value.includes(',');
    const legacy = plain ? [value] : [];
    assert.deepEqual(values(headers, alias), legacy, alias);
  }
}

/** These are the headers that anybody else gets: the trace goes on, identity does not. */
export function assertWithheld(headers, traceId) {
  assert.deepEqual(values(headers, 'baggage'), []);
  assertTrace(headers, traceId, []);
  for (const alias of Object.values(ALIASES)) {
    assert.deepEqual(values(headers, alias), [], alias);
  }
}

function assertTrace(headers, traceId, tracestate) {
  const parents = values(headers, 'traceparent');
  assert.equal(parents.length, 1);
  assert.equal(parents[0].split('-')[1], traceId);
  assert.deepEqual(values(headers, 'tracestate'), tracestate);
}

/** The values of all lines of that name. */
export function values(headers, name) {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

/** The members of a line without properties; unlike OpenTelemetry JS it leaves keys alone. */
function members(line) {
  return Object.fromEntries(
    line.split(',').map((member) => {
      const equals = member.indexOf('=');
      return [member.slice(0, equals), decodeURIComponent(member.slice(equals + 1))];
    }),
  );
}
