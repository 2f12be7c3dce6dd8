import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { conform } from './conformance.js';
import { accepts, cephSurprises, deviations, laxerThanCeph, refuses, type Answer, type Question } from './question.js';
import type { Target } from './target.js';

const yes: Answer = { outcome: 'accepted', status: 200, stored: 'as sent' };
const no: Answer = { outcome: 'refused', status: 403, code: 'AccessDenied', stored: 'nothing' };
const ask = () => Promise.resolve(yes);
const demanded = accepts('a good one', ask);
const forbidden = refuses('a bad one', 403, 'AccessDenied', ask);

describe('an answer compared with what S3 demands', () => {
  test('is fine when outcome, status, code, what is stored and the facts agree', () => {
    assert.deepEqual(deviations(demanded.s3, yes), []);
    assert.deepEqual(deviations(forbidden.s3, no), []);
    assert.deepEqual(deviations(accepts('', ask, { facts: { a: ['b'] } }).s3, { ...yes, facts: { a: ['b'], more: 1 } }), []);
  });

  test('deviates when S3 refuses what was accepted, and the other way round', () => {
    assert.match(deviations(forbidden.s3, yes).join(), /S3 has it refused/);
    assert.match(deviations(demanded.s3, no).join(), /S3 has it accepted/);
  });

  test('deviates in its status and in its code', () => {
    assert.match(deviations(demanded.s3, { ...yes, status: 204 }).join(), /status is 204, not 200/);
    assert.match(deviations(forbidden.s3, { ...no, code: 'InternalError' }).join(), /code is InternalError, not AccessDenied/);
    assert.match(deviations(forbidden.s3, { outcome: 'refused', status: 403 }).join(), /code is missing/);
  });

  test('deviates when a refused upload is stored, and when an accepted one is not', () => {
    assert.match(deviations(forbidden.s3, { ...no, stored: 'as sent' }).join(), /refused, but as sent is stored/);
    assert.match(deviations(demanded.s3, { ...yes, stored: 'nothing' }).join(), /what is stored: nothing/);
  });

  test('deviates in a fact, and when it lacks one', () => {
    const { s3 } = accepts('', ask, { facts: { type: 'text/csv' } });
    assert.match(deviations(s3, { ...yes, facts: { type: 'text/html' } }).join(), /type is "text\/html", not "text\/csv"/);
    assert.match(deviations(s3, yes).join(), /type is undefined/);
  });
});

describe("Ceph's answer", () => {
  const because = 'for a reason';

  test('may refuse with a status and code of its own', () => {
    assert.deepEqual(cephSurprises(forbidden, { ...no, status: 500, code: 'InternalError' }), []);
  });

  test('surprises where it is laxer, stricter or different, unless that is noted', () => {
    const other = { ...yes, status: 204 };
    assert.equal(cephSurprises(forbidden, yes).length, 1);
    assert.equal(cephSurprises(demanded, no).length, 1);
    assert.equal(cephSurprises(demanded, other).length, 1);
    assert.deepEqual(cephSurprises({ ...forbidden, cephIsLaxer: because }, yes), []);
    assert.deepEqual(cephSurprises({ ...demanded, cephIsStricter: because }, no), []);
    assert.deepEqual(cephSurprises({ ...demanded, cephDiffers: because }, other), []);
  });

  test('surprises where a note is no longer true', () => {
    assert.equal(cephSurprises({ ...forbidden, cephIsLaxer: because }, no).length, 1);
    assert.equal(cephSurprises({ ...demanded, cephIsStricter: because }, yes).length, 1);
    assert.equal(cephSurprises({ ...demanded, cephDiffers: because }, yes).length, 1);
  });

  test('surprises where what it refused is stored all the same', () => {
    assert.equal(cephSurprises(forbidden, { ...no, stored: 'otherwise' }).length, 1);
  });
});

describe('a store is laxer than Ceph', () => {
  test('where it accepts what Ceph refuses', () => {
    assert.equal(laxerThanCeph(demanded, yes, no).length, 1);
    assert.deepEqual(laxerThanCeph(demanded, yes, yes), []);
    assert.deepEqual(laxerThanCeph(forbidden, no, yes), []);
  });

  test('where it stores what Ceph does not', () => {
    assert.equal(laxerThanCeph(forbidden, { ...no, stored: 'as sent' }, no).length, 1);
  });

  test('but not where S3 is known to accept it too', () => {
    assert.deepEqual(laxerThanCeph({ ...demanded, cephIsStricter: 'for a reason' }, yes, no), []);
  });
});

describe('one question to several stores', () => {
  const target = (name: string): Target => ({
    name,
    url: 'http://127.0.0.1:1',
    region: 'us-east-1',
    credentials: { accessKey: '', secretKey: '' },
    reader: { accessKey: '', secretKey: '' },
    serviceHost: '',
    bucket: '',
    otherBucket: '',
    plainBucket: '',
  });
  const answering = (answers: Record<string, Answer | Error>): Question =>
    accepts('a good one', ({ name }) => {
      const answer = answers[name];
      return answer instanceof Error || answer === undefined ? Promise.reject(answer ?? new Error('nobody')) : Promise.resolve(answer);
    });

  test('names the store with the problem', async () => {
    const problems = await conform(answering({ a: yes, b: no }), { strict: [target('a'), target('b')] });
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^b: S3 has it accepted/);
  });

  test('reports a store that could not be asked', async () => {
    const problems = await conform(answering({ a: new Error('broken pipe'), Ceph: new Error('not there') }), {
      strict: [target('a')],
      ceph: target('Ceph'),
    });
    assert.deepEqual(problems, ['a: could not be asked, broken pipe', 'Ceph: could not be asked, not there']);
  });

  test('reports a store that is laxer than Ceph', async () => {
    const problems = await conform(answering({ a: yes, Ceph: no }), { strict: [target('a')], ceph: target('Ceph') });
    assert.match(problems.join('\n'), /^a: it accepts \(200\) what Ceph refuses/);
  });

  test('does not ask Ceph where its answer is a matter of luck', async () => {
    const question = { ...answering({ a: yes }), cephIsUnsteady: 'for a reason' };
    assert.deepEqual(await conform(question, { strict: [target('a')], ceph: target('Ceph') }), []);
  });
});
